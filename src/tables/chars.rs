//! Byte offsets become character offsets, as most readers of the tables count.

/// The characters of one text, for looking up offsets.
pub(crate) struct CharOffsets {
    starts: Vec<usize>,
}

impl CharOffsets {
    /// Counts the characters (Unicode scalar values) of a text.
    pub(crate) fn of(text: &str) -> Self {
        Self { starts: text.char_indices().map(|(byte, _)| byte).collect() }
    }

    /// How many characters begin before this byte: the character offset of a byte offset at a character border.
    pub(crate) fn at(&self, byte: usize) -> i32 {
        i32::try_from(self.starts.partition_point(|&start| start < byte)).unwrap_or(i32::MAX)
    }

    /// Characters in all.
    pub(crate) fn len(&self) -> i64 {
        i64::try_from(self.starts.len()).unwrap_or(i64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_of_one_to_four_bytes_count_once() {
        let text = "a元𠮷b";
        let offsets = CharOffsets::of(text);
        assert_eq!([0, 1, 4, 8, 9].map(|byte| offsets.at(byte)), [0, 1, 2, 3, 4]);
        assert_eq!(offsets.len(), 4);
    }
}
