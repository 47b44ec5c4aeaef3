//! Known flaws of the parts of a bill.

use std::{collections::BTreeMap, path::Path};

use ::sbom::{Bill, Flaw};
use ::vex::{Decision, Decisions, Judged};
use advisory_files::Mapped;
use advisory_index::Index;
use anyhow::{Context as _, bail};
use component::Inventory;
use vulnerability::{Match, Unusable, matches, usable};

use super::SbomOptions;

/// Flaws by the package URL and the first name.
pub(super) type Flaws = BTreeMap<(String, String), Flaw>;

/// What is asked of each inventory: an index, and what others say.
pub(super) struct Asked {
    mapped: Mapped,
    now: i64,
    max_age: Option<u32>,
    decisions: Decisions,
    not_looked_up: usize,
    undecided: usize,
}

impl Asked {
    /// Opens what the options name; `None` when they name no index.
    ///
    /// # Errors
    /// When the index cannot answer, or options ask for one that is not named.
    pub(super) fn open(options: &SbomOptions) -> anyhow::Result<Option<Self>> {
        let Some(path) = &options.vulndb else {
            if options.max_age.is_some() || !options.vex.is_empty() {
                bail!(
                    "`--max-age` and `--vex` are about known flaws; name an index with `--vulndb`"
                );
            }
            return Ok(None);
        };
        let mapped = map(path)?;
        let now = jiff::Timestamp::now().as_second();
        let files = crate::commands::vex::read_all(&options.vex)?;
        for file in &files {
            for remark in &file.document.remarks {
                let text = format!("warning: {}: `{}`: {}", file.path, remark.pointer, remark.what);
                eprintln!("{}", report::visible(&text));
            }
            if file.document.remarks_left_out > 0 {
                let more = file.document.remarks_left_out;
                eprintln!("… {more} more statements were not understood");
            }
        }
        let decisions = Decisions::new(files.into_iter().map(|file| file.document));
        let max_age = options.max_age;
        let asked = Self { mapped, now, max_age, decisions, not_looked_up: 0, undecided: 0 };
        asked.index().with_context(|| format!("`{}`", path.display()))?;
        Ok(Some(asked))
    }

    fn index(&self) -> Result<Index<'_>, Unusable> {
        usable(Some(self.mapped.bytes()), self.now, self.max_age)
    }

    /// Adds the flaws of an inventory.
    pub(super) fn add(&mut self, inventory: &Inventory, flaws: &mut Flaws) -> anyhow::Result<()> {
        let inventory = inventory.clone().merged();
        let index = self.index()?;
        let found = matches(&inventory, &index, self.now, self.max_age)?;
        let published = inventory
            .components
            .iter()
            .filter(|it| it.kind != component::ComponentKind::Project)
            .count();
        for one in &found.matches {
            let Some(component) = inventory.components.get(one.component) else { continue };
            let Some(main) = one.ids.first() else { continue };
            let purl = component.purl();
            let key = (purl.clone(), (*main).to_owned());
            flaws.entry(key).or_insert_with(|| flaw(one, &purl, &self.decisions));
        }
        let (looked_up, undecided) = (found.looked_up, found.undecided.len());
        self.not_looked_up += published.saturating_sub(looked_up);
        self.undecided += undecided;
        Ok(())
    }

    /// Puts the flaws at their parts, and says of which no answer is known.
    pub(super) fn finish(&self, flaws: Flaws, bill: &mut Bill) {
        for ((purl, _), mut flaw) in flaws {
            let parts = bill.parts.iter().filter(|part| part.purl.as_ref() == Some(&purl));
            flaw.affects = parts.map(|part| part.reference.clone()).collect();
            if !flaw.affects.is_empty() {
                bill.flaws.push(flaw);
            }
        }
        let mut remark = |count: usize, words: &str| {
            if count > 0 {
                eprintln!("warning: {count} {words}");
                let value = format!("{count} {words}");
                let name = "faasguard:remark".to_owned();
                bill.properties.push(::sbom::Property { name, value });
            }
        };
        remark(self.not_looked_up, "components were not looked up in the index of known flaws");
        remark(self.undecided, "components may have known flaws: their versions cannot be judged");
    }
}

/// Maps the index.
fn map(path: &Path) -> anyhow::Result<Mapped> {
    // Opening a pipe waits for its other end.
    if !path.metadata().is_ok_and(|it| it.is_file()) {
        bail!("`{}`: {}", path.display(), Unusable::Missing);
    }
    Mapped::open(path).with_context(|| format!("cannot read `{}`", path.display()))
}

fn flaw(found: &Match<'_>, purl: &str, decisions: &Decisions) -> Flaw {
    let ids: Vec<String> = found.ids.iter().map(|id| (*id).to_owned()).collect();
    let said = decisions.decide(purl, &ids);
    // Whoever took a package over does not follow the paths of its code.
    let said = said.filter(|it| !(found.malware && it.statement.status.settles()));
    let analysis = said.map(|it| judged(&ids, purl, it).analysis());
    let mut cwes: Vec<u32> = found
        .advisories
        .iter()
        .flat_map(|one| &one.advisory.cwe)
        .filter_map(|cwe| cwe.strip_prefix("CWE-")?.parse().ok())
        .filter(|number| *number > 0)
        .collect();
    cwes.sort_unstable();
    cwes.dedup();
    Flaw {
        summary: found.summary.to_owned(),
        rating: found.rating,
        score: found.score,
        vector: found.vector.map(str::to_owned),
        cwes,
        fixed: found.fixed.clone(),
        analysis,
        affects: Vec::new(),
        ids,
    }
}

fn judged(ids: &[String], purl: &str, said: Decision<'_>) -> Judged {
    Judged {
        ids: ids.to_vec(),
        purl: purl.to_owned(),
        status: said.statement.status.clone(),
        notes: said.statement.notes.clone(),
        time: said.statement.time,
    }
}
