//! Reading the arguments of a command: flags, options with a value, and free words.

use crate::Failure;

/// The words after the command's name that have not been read yet.
pub(crate) struct Arguments {
    words: Vec<String>,
}

impl Arguments {
    pub(crate) fn new(words: &[String]) -> Self {
        Self { words: words.to_vec() }
    }

    /// Whether `name` stands there.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        let before = self.words.len();
        self.words.retain(|word| word != name);
        self.words.len() < before
    }

    /// The word after `name`, when `name` stands there.
    pub(crate) fn value(&mut self, name: &str) -> Result<Option<String>, Failure> {
        let Some(at) = self.words.iter().position(|word| word == name) else { return Ok(None) };
        self.words.remove(at);
        if at >= self.words.len() {
            return Err(format!("`{name}` needs a value").into());
        }
        Ok(Some(self.words.remove(at)))
    }

    /// The number after `name`, when `name` stands there.
    pub(crate) fn number(&mut self, name: &str) -> Result<Option<u64>, Failure> {
        let Some(text) = self.value(name)? else { return Ok(None) };
        let number = text.parse().map_err(|_| format!("`{name}` needs a number, not `{text}`"))?;
        Ok(Some(number))
    }

    /// The next free word. Read flags and options first.
    pub(crate) fn free(&mut self) -> Option<String> {
        let at = self.words.iter().position(|word| !word.starts_with('-'))?;
        Some(self.words.remove(at))
    }

    /// Refuses what nobody has read.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        self.words.first().map_or(Ok(()), |word| Err(format!("unknown argument `{word}`").into()))
    }
}

#[cfg(test)]
mod tests {
    use super::Arguments;

    fn arguments(line: &str) -> Arguments {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Arguments::new(&words)
    }

    #[test]
    fn options_are_read_in_any_order_and_the_rest_is_free() {
        let mut read = arguments("folder --check --runs 5");
        assert_eq!(read.number("--runs").unwrap(), Some(5));
        assert!(read.flag("--check"));
        assert_eq!(read.free().as_deref(), Some("folder"));
        assert!(read.finish().is_ok());
    }

    #[test]
    fn a_word_that_nobody_reads_is_refused() {
        let mut read = arguments("--chekc");
        assert!(!read.flag("--check"));
        assert_eq!(read.finish().unwrap_err().to_string(), "unknown argument `--chekc`");
    }

    #[test]
    fn an_option_without_its_value_is_refused() {
        assert!(arguments("--runs").number("--runs").is_err());
        assert!(arguments("--runs many").number("--runs").is_err());
    }
}
