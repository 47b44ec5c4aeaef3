//! One file a command.

pub(crate) mod cluster;
pub(crate) mod compact;
pub(crate) mod ddl;
pub(crate) mod import;
pub(crate) mod queries;
pub(crate) mod query;
pub(crate) mod retain;
pub(crate) mod status;

use clap::Args;

/// Which lake, and how long to wait for another writer.
#[derive(Debug, Args)]
pub(crate) struct Writing {
    /// Folder or `s3://bucket/prefix` of the lake
    #[arg(long, value_name = "LAKE")]
    pub(crate) lake: String,
    /// Seconds to wait while another one writes
    #[arg(long, value_name = "SECONDS", default_value_t = 90)]
    wait: u64,
}

impl Writing {
    pub(crate) fn wait(&self) -> std::time::Duration {
        std::time::Duration::from_secs(self.wait)
    }
}

/// Bytes: `512MiB`, `2GiB`, or a number of them.
pub(crate) fn parse_bytes(text: &str) -> Result<usize, String> {
    let odd = || format!("`{text}` is no size; write `512MiB` or `2GiB`");
    let (digits, unit) = match text.find(|sign: char| !sign.is_ascii_digit()) {
        Some(at) => text.split_at(at),
        None => (text, ""),
    };
    let factor = match unit {
        "" => 1,
        "MiB" | "M" => 1 << 20,
        "GiB" | "G" => 1 << 30,
        _ => return Err(odd()),
    };
    let number: usize = digits.parse().map_err(|_| odd())?;
    number.checked_mul(factor).filter(|bytes| *bytes >= 1 << 20).ok_or_else(odd)
}

#[cfg(test)]
mod tests {
    use super::parse_bytes;

    #[test]
    fn sizes_have_units() {
        assert_eq!(parse_bytes("2GiB"), Ok(2 << 30));
        assert_eq!(parse_bytes("512M"), Ok(512 << 20));
        for odd in ["", "GiB", "1KiB", "-1", "1000", "99999999999999999999GiB"] {
            assert!(parse_bytes(odd).is_err(), "{odd}");
        }
    }
}
