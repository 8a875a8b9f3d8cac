//! The packages that Office documents are: archives of parts.

use crate::ReadError;
use crate::archive::read_within;
use crate::xml::{self, Token};
use std::io::{Cursor, Read};
use zip::{ZipArchive, result::ZipError};

/// All parts of an Office document together.
const MOST_PACKAGE_BYTES: usize = 128 << 20;

/// An Office document's package.
pub(crate) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    format: &'static str,
}

/// One part that another leads to.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) id: String,
    pub(crate) kind: String,
    /// The name of the part.
    pub(crate) target: String,
}

impl<'a> Package<'a> {
    /// Opens a package whose parts are together no larger than any document's.
    pub(crate) fn open(bytes: &'a [u8], format: &'static str) -> Result<Self, ReadError> {
        Self::open_within(bytes, format, MOST_PACKAGE_BYTES)
    }

    fn open_within(bytes: &'a [u8], format: &'static str, most: usize) -> Result<Self, ReadError> {
        let broken = |cause: ZipError| ReadError::Damaged { format, cause: cause.to_string() };
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
        let mut left = u64::try_from(most).unwrap_or(u64::MAX);
        for index in 0..archive.len() {
            // A part that is damaged stops whoever needs it, at the same byte.
            let Ok(part) = archive.by_index(index) else { continue };
            let mut counted = part.take(left.saturating_add(1));
            let mut buffer = [0; 8192];
            while let Ok(count @ 1..) = counted.read(&mut buffer) {
                left = left.checked_sub(u64::try_from(count).unwrap_or(u64::MAX)).ok_or_else(too_large)?;
            }
        }
        Ok(Self { archive, format })
    }

    /// The name of the part that holds the document, as the package tells it.
    pub(crate) fn main_part(&mut self, usual: &str) -> Result<String, ReadError> {
        let links = self.links("")?;
        let main = links.into_iter().find(|link| link.kind.ends_with("/officeDocument"));
        Ok(main.map_or_else(|| usual.to_owned(), |link| link.target))
    }

    /// What a part leads to; the package itself has no name.
    pub(crate) fn links(&mut self, part: &str) -> Result<Vec<Link>, ReadError> {
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
        let within = |folder: &str, name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        let mut links = Vec::new();
        xml::walk(&self.part(&within(folder, &format!("_rels/{file}.rels")))?.unwrap_or_default(), self.format, |token| {
            if let Token::Start(element) = token
                && let (Some(kind), Some(target)) = (element.attribute("Type"), element.attribute("Target"))
            {
                let target = target.strip_prefix('/').map_or_else(|| within(folder, &target), str::to_owned);
                links.push(Link { id: element.attribute("Id").unwrap_or_default(), kind, target });
            }
            Ok(())
        })?;
        Ok(links)
    }

    /// A part's characters; `None` where there is no such part.
    pub(crate) fn part(&mut self, name: &str) -> Result<Option<String>, ReadError> {
        let damaged = |cause: String| ReadError::Damaged { format: self.format, cause: format!("{name}: {cause}") };
        let part = match self.archive.by_name(name) {
            Ok(part) => part,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(cause) => return Err(damaged(cause.to_string())),
        };
        let bytes = read_within(part, MOST_PACKAGE_BYTES).map_err(|cause| damaged(cause.to_string()))?.ok_or_else(too_large)?;
        let encoding = encoding_rs::Encoding::for_bom(&bytes).map_or(encoding_rs::UTF_8, |(encoding, _)| encoding);
        let (text, has_errors) = encoding.decode_with_bom_removal(&bytes);
        if has_errors { Err(damaged(format!("no {}", encoding.name()))) } else { Ok(Some(text.into_owned())) }
    }
}

fn too_large() -> ReadError {
    ReadError::TooMuch { what: "bytes of a document's parts", limit: MOST_PACKAGE_BYTES }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::tests::pack;

    #[test]
    fn a_package_has_parts() {
        let bytes = pack(&[("a.xml", "\u{feff}<a/>")]);
        let mut package = Package::open(&bytes, "docx").unwrap();
        assert_eq!(package.part("a.xml"), Ok(Some("<a/>".to_owned())));
        assert_eq!(package.part("b.xml"), Ok(None));
        let bytes = pack(&[("1.xml", "<a/>"), ("2.XML", "<abcdef/>"), ("3", "")]);
        assert!(Package::open_within(&bytes, "docx", 13).is_ok());
        assert_eq!(Package::open_within(&bytes, "docx", 12).err(), Some(too_large()));
    }
}
