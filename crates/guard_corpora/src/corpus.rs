//! The corpus of strings, and the counts of those that were refused.

use std::{collections::BTreeMap, path::Path, process::Command};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::Failure;

/// One string of the corpus.
#[derive(Debug, Deserialize)]
pub(crate) struct Sample {
    pub(crate) malicious: bool,
    pub(crate) source: String,
    pub(crate) value: String,
}

impl Sample {
    /// Whether the string belongs to the third that is never shown.
    pub(crate) fn is_unseen(&self) -> bool {
        // 256 leaves 1 when divided by three, so the digits of the number in base 256 may be added.
        let digest = Sha256::digest(self.value.as_bytes());
        digest.iter().map(|byte| u32::from(*byte)).sum::<u32>() % 3 == 0
    }

    /// The class of attack, as the field counts them; a source of many classes is a class by itself.
    pub(crate) fn group(&self) -> &'static str {
        const SOURCES: [(&str, &str); 10] = [
            ("libinj:sqli", "SQL injection"),
            ("patt:SQL", "SQL injection"),
            ("libinj:xss", "XSS"),
            ("patt:XSS", "XSS"),
            ("patt:Directory", "path traversal"),
            ("patt:File", "file inclusion"),
            ("patt:Command", "command injection"),
            ("patt:XXE", "XXE"),
            ("patt:LDAP", "LDAP"),
            ("patt:NoSQL", "NoSQL"),
        ];
        let named = SOURCES.iter().find(|(source, _)| self.source.starts_with(source));
        named.map_or("gotestwaf", |(_, group)| group)
    }
}

/// Strings that were asked about, and those that were refused.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Count {
    pub(crate) asked: u32,
    pub(crate) refused: u32,
}

impl Count {
    pub(crate) fn add(&mut self, is_refused: bool) {
        self.asked += 1;
        self.refused += u32::from(is_refused);
    }

    pub(crate) fn rate(self) -> f64 {
        if self.asked == 0 { 0.0 } else { f64::from(self.refused) / f64::from(self.asked) }
    }
}

/// What was found in one part of the corpus.
#[derive(Debug, Default)]
pub(crate) struct Part {
    attacks: BTreeMap<&'static str, Count>,
    benign: BTreeMap<String, Count>,
}

impl Part {
    pub(crate) fn add(&mut self, sample: &Sample, is_refused: bool) {
        let count = if sample.malicious {
            self.attacks.entry(sample.group()).or_default()
        } else {
            self.benign.entry(sample.source.clone()).or_default()
        };
        count.add(is_refused);
    }

    pub(crate) fn print(&self, name: &str) {
        let total = |counts: &mut dyn Iterator<Item = &Count>| {
            counts.fold(Count::default(), |sum, count| Count {
                asked: sum.asked + count.asked,
                refused: sum.refused + count.refused,
            })
        };
        let attacks = total(&mut self.attacks.values());
        let benign = total(&mut self.benign.values());
        let classes: Vec<f64> = self.attacks.values().map(|count| count.rate()).collect();
        let number = u32::try_from(classes.len()).map_or(1.0, f64::from).max(1.0);
        let right = 1.0 - benign.rate();
        println!(
            "{name}: TPR {:.4} ({} of {}), FPR {:.2} % ({} of {}), balanced accuracy {:.4}, macro {:.4}",
            attacks.rate(),
            attacks.refused,
            attacks.asked,
            100.0 * benign.rate(),
            benign.refused,
            benign.asked,
            f64::midpoint(attacks.rate(), right),
            f64::midpoint(classes.iter().sum::<f64>() / number, right),
        );
        for (group, count) in &self.attacks {
            println!("  {group:<18} {:.4} ({} of {})", count.rate(), count.refused, count.asked);
        }
        for (source, count) in &self.benign {
            println!(
                "  false, {source:<11} {:.4} ({} of {})",
                count.rate(),
                count.refused,
                count.asked
            );
        }
    }
}

/// The corpus, unpacked.
pub(crate) fn samples(corpus: &Path) -> Result<Vec<Sample>, Failure> {
    let unpacked = Command::new("xz").arg("-dc").arg(corpus).output()?;
    if !unpacked.status.success() {
        return Err(format!("`xz -dc {}` failed", corpus.display()).into());
    }
    let text = String::from_utf8(unpacked.stdout)?;
    text.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::Sample;

    #[test]
    fn a_third_is_unseen_by_the_digest_of_the_value() {
        let sample = |value: &str| Sample {
            malicious: true,
            source: "patt:XSS Injection".to_owned(),
            value: value.to_owned(),
        };
        let unseen = (0..300).filter(|n| sample(&n.to_string()).is_unseen()).count();
        assert!((70..130).contains(&unseen), "{unseen}");
        // sha256("") = e3b0…b855, whose bytes add up to 4399 = 3 * 1466 + 1.
        assert!(!sample("").is_unseen());
        assert_eq!(sample("").group(), "XSS");
    }
}
