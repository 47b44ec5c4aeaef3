//! Known flaws of parts, in the notations of `CycloneDX`.

use serde_json::{Map, Value, json};

/// A known flaw of some parts of a bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// Names of the flaw, the main one first; never empty.
    pub ids: Vec<String>,
    /// One line about it; may be empty.
    pub summary: String,
    /// How bad it is, when somebody rated it.
    pub rating: Option<cvss::Rating>,
    /// The score behind the rating.
    pub score: Option<cvss::Score>,
    /// The vector behind the score.
    pub vector: Option<String>,
    /// Numbers of weaknesses: 79 for CWE-79.
    pub cwes: Vec<u32>,
    /// The version to go to.
    pub fixed: Option<String>,
    /// What somebody said of it.
    pub analysis: Option<vex::Analysis>,
    /// References of the parts that have it.
    pub affects: Vec<String>,
}

impl Flaw {
    pub(crate) fn recommendation(&self) -> Option<String> {
        self.fixed.as_ref().map(|fixed| format!("upgrade to {fixed}"))
    }

    /// The method of the vector; `other` where only a word is known.
    pub(crate) fn method(&self) -> &'static str {
        match self.vector.as_deref().map(|it| it.split('/').next().unwrap_or_default()) {
            Some("CVSS:3.0") => "CVSSv3",
            Some("CVSS:3.1") => "CVSSv31",
            Some("CVSS:4.0") => "CVSSv4",
            Some(_) => "CVSSv2",
            None => "other",
        }
    }

    pub(crate) fn json(&self) -> Value {
        let mut all = Map::new();
        let mut put = |name: &str, value: Value| {
            all.insert(name.to_owned(), value);
        };
        if let Some(id) = self.ids.first() {
            put("id", id.as_str().into());
            put("source", source(id));
        }
        let others = self.ids.iter().skip(1).map(|id| json!({"id": id, "source": source(id)}));
        let others: Vec<Value> = others.collect();
        if !others.is_empty() {
            put("references", others.into());
        }
        if let Some(rating) = self.rating {
            put("ratings", vec![self.rating_json(rating)].into());
        }
        if !self.cwes.is_empty() {
            put("cwes", json!(self.cwes));
        }
        if !self.summary.is_empty() {
            put("description", self.summary.as_str().into());
        }
        if let Some(words) = self.recommendation() {
            put("recommendation", words.into());
        }
        if let Some(analysis) = &self.analysis {
            put("analysis", analysis.json());
        }
        put("affects", self.affects.iter().map(|it| json!({"ref": it})).collect());
        Value::Object(all)
    }

    fn rating_json(&self, rating: cvss::Rating) -> Value {
        let mut all = Map::new();
        if let Some(score) = self.score {
            all.insert("score".to_owned(), json!(f64::from(score.tenths()) / 10.0));
        }
        all.insert("severity".to_owned(), rating.name().into());
        all.insert("method".to_owned(), self.method().into());
        if let Some(vector) = &self.vector {
            all.insert("vector".to_owned(), vector.as_str().into());
        }
        Value::Object(all)
    }
}

fn source(id: &str) -> Value {
    let (name, page) = vex::source(id);
    match page {
        Some(page) => json!({"name": name, "url": page}),
        None => json!({"name": name}),
    }
}
