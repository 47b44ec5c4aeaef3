//! `CycloneDX` as XML; elements stand in the order that its schema asks for.

use crate::{Bill, Composition, Flaw, Licence, Part, Property, Spec, serial::serial_number};

/// The document.
#[must_use]
pub fn write_xml(bill: &Bill, spec: Spec) -> String {
    let mut out =
        Writer { text: String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"), depth: 0 };
    let space = format!("http://cyclonedx.org/schema/bom/{}", spec.as_str());
    let serial = serial_number(bill);
    let attributes = [("xmlns", &*space), ("serialNumber", &serial), ("version", "1")];
    out.element("bom", &attributes, |out| {
        out.element("metadata", &[], |out| metadata(out, bill));
        out.element("components", &[], |out| {
            bill.parts.iter().for_each(|it| part(out, it));
        });
        out.element("dependencies", &[], |out| {
            for (from, to) in &bill.depends {
                out.element("dependency", &[("ref", from)], |out| {
                    for it in to {
                        out.empty("dependency", &[("ref", it)]);
                    }
                });
            }
        });
        if !bill.compositions.is_empty() {
            out.element("compositions", &[], |out| {
                bill.compositions.iter().for_each(|it| composition(out, it));
            });
        }
        if !bill.flaws.is_empty() {
            out.element("vulnerabilities", &[], |out| {
                bill.flaws.iter().for_each(|it| flaw(out, it));
            });
        }
    });
    out.text
}

fn metadata(out: &mut Writer, bill: &Bill) {
    if let Some(time) = &bill.time {
        out.leaf("timestamp", &[], time);
    }
    if let Some((name, version)) = &bill.tool {
        out.element("tools", &[], |out| {
            out.element("components", &[], |out| {
                out.element("component", &[("type", "application")], |out| {
                    out.leaf("name", &[], name);
                    out.optional("version", version.as_deref());
                });
            });
        });
    }
    part(out, &bill.root);
    properties(out, &bill.properties);
}

fn properties(out: &mut Writer, all: &[Property]) {
    if all.is_empty() {
        return;
    }
    out.element("properties", &[], |out| {
        for it in all {
            out.leaf("property", &[("name", &it.name)], &it.value);
        }
    });
}

fn part(out: &mut Writer, part: &Part) {
    let attributes = [("type", part.kind.cyclonedx()), ("bom-ref", &*part.reference)];
    out.element("component", &attributes, |out| {
        out.optional("group", part.group.as_deref());
        out.leaf("name", &[], &part.name);
        out.optional("version", part.version.as_deref());
        out.optional("scope", part.need.map(crate::Need::cyclonedx));
        if !part.digests.is_empty() {
            out.element("hashes", &[], |out| {
                for digest in &part.digests {
                    if let Some(name) = digest.algorithm.cyclonedx() {
                        out.leaf("hash", &[("alg", name)], &digest.hex);
                    }
                }
            });
        }
        licences(out, &part.licences);
        out.optional("purl", part.purl.as_deref());
        if !part.links.is_empty() {
            out.element("externalReferences", &[], |out| {
                for link in &part.links {
                    out.element("reference", &[("type", &link.kind)], |out| {
                        out.leaf("url", &[], &link.url);
                    });
                }
            });
        }
        properties(out, &part.properties);
        if !part.occurrences.is_empty() {
            out.element("evidence", &[], |out| {
                out.element("occurrences", &[], |out| occurrences(out, part));
            });
        }
    });
}

fn licences(out: &mut Writer, all: &[Licence]) {
    if all.is_empty() {
        return;
    }
    out.element("licenses", &[], |out| {
        for licence in all {
            match licence {
                Licence::Expression(text) => out.leaf("expression", &[], text),
                Licence::Id(id) => out.element("license", &[], |out| out.leaf("id", &[], id)),
                Licence::Named(name) => {
                    out.element("license", &[], |out| out.leaf("name", &[], name));
                }
            }
        }
    });
}

fn occurrences(out: &mut Writer, part: &Part) {
    for occurrence in &part.occurrences {
        out.element("occurrence", &[], |out| {
            out.leaf("location", &[], &occurrence.path);
            out.optional("line", occurrence.line.map(|line| line.to_string()).as_deref());
            out.optional("additionalContext", occurrence.note.as_deref());
        });
    }
}

fn composition(out: &mut Writer, composition: &Composition) {
    out.element("composition", &[], |out| {
        out.leaf("aggregate", &[], composition.completeness.cyclonedx());
        for (names, name, references) in [
            ("assemblies", "assembly", &composition.assemblies),
            ("dependencies", "dependency", &composition.dependencies),
        ] {
            if !references.is_empty() {
                out.element(names, &[], |out| {
                    for it in references {
                        out.empty(name, &[("ref", it)]);
                    }
                });
            }
        }
    });
}

fn flaw(out: &mut Writer, flaw: &Flaw) {
    out.element("vulnerability", &[], |out| {
        if let Some(id) = flaw.ids.first() {
            out.leaf("id", &[], id);
            source(out, id);
        }
        if flaw.ids.len() > 1 {
            out.element("references", &[], |out| {
                for id in flaw.ids.iter().skip(1) {
                    out.element("reference", &[], |out| {
                        out.leaf("id", &[], id);
                        source(out, id);
                    });
                }
            });
        }
        if let Some(rating) = flaw.rating {
            out.element("ratings", &[], |out| {
                out.element("rating", &[], |out| {
                    out.optional("score", flaw.score.map(|it| it.to_string()).as_deref());
                    out.leaf("severity", &[], rating.name());
                    out.leaf("method", &[], flaw.method());
                    out.optional("vector", flaw.vector.as_deref());
                });
            });
        }
        if !flaw.cwes.is_empty() {
            out.element("cwes", &[], |out| {
                flaw.cwes.iter().for_each(|cwe| out.leaf("cwe", &[], &cwe.to_string()));
            });
        }
        out.optional("description", Some(&*flaw.summary).filter(|it| !it.is_empty()));
        out.optional("recommendation", flaw.recommendation().as_deref());
        if let Some(analysis) = &flaw.analysis {
            out.element("analysis", &[], |out| {
                out.leaf("state", &[], analysis.state);
                out.optional("justification", analysis.justification);
                out.optional("detail", analysis.detail.as_deref());
                out.optional("lastUpdated", analysis.time.as_deref());
            });
        }
        out.element("affects", &[], |out| {
            for reference in &flaw.affects {
                out.element("target", &[], |out| out.leaf("ref", &[], reference));
            }
        });
    });
}

fn source(out: &mut Writer, id: &str) {
    let (name, page) = vex::source(id);
    out.element("source", &[], |out| {
        out.leaf("name", &[], name);
        out.optional("url", page.as_deref());
    });
}

/// Writes elements, one a line, two blanks deeper for each level.
struct Writer {
    text: String,
    depth: usize,
}

type Attributes<'a> = &'a [(&'a str, &'a str)];

impl Writer {
    fn open(&mut self, name: &str, attributes: Attributes<'_>) {
        self.text.extend(std::iter::repeat_n("  ", self.depth));
        self.text.push('<');
        self.text.push_str(name);
        for (name, value) in attributes {
            self.text.push(' ');
            self.text.push_str(name);
            self.text.push_str("=\"");
            escape(&mut self.text, value, true);
            self.text.push('"');
        }
    }

    fn close(&mut self, name: &str) {
        self.text.push_str("</");
        self.text.push_str(name);
        self.text.push_str(">\n");
    }

    fn element(&mut self, name: &str, attributes: Attributes<'_>, inner: impl FnOnce(&mut Self)) {
        self.open(name, attributes);
        self.text.push_str(">\n");
        self.depth += 1;
        inner(self);
        self.depth -= 1;
        self.text.extend(std::iter::repeat_n("  ", self.depth));
        self.close(name);
    }

    fn leaf(&mut self, name: &str, attributes: Attributes<'_>, value: &str) {
        self.open(name, attributes);
        self.text.push('>');
        escape(&mut self.text, value, false);
        self.close(name);
    }

    fn empty(&mut self, name: &str, attributes: Attributes<'_>) {
        self.open(name, attributes);
        self.text.push_str("/>\n");
    }

    fn optional(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.leaf(name, &[], value);
        }
    }
}

/// Text as XML 1.0 can hold it. What it cannot, not even escaped, becomes U+FFFD; white space in an
/// attribute is escaped, or a reader would make blanks of it.
fn escape(out: &mut String, text: &str, in_attribute: bool) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' if in_attribute => out.push_str("&#9;"),
            '\n' if in_attribute => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            '\t' | '\n' => out.push(c),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
}
