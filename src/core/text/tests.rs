//! Whole texts: what their blocks are, and what holds for any text.

use super::*;
