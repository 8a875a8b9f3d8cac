//! PDF.

use crate::{ReadError, Text};

pub(crate) fn read(_bytes: &[u8]) -> Result<Text, ReadError> {
    Err(ReadError::UnknownEncoding)
}
