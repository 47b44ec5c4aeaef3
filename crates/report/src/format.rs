//! The formats by name and by file extension, and the one door to all of them.

use std::{fmt, str::FromStr};

use crate::{
    Context, Report, TerminalOptions, Vex, asff, github, gitlab, html, json, junit, markdown,
    ocsf_form, sarif, security_hub, terminal,
};

/// Formats of a scan's result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// For people, with the source line underlined.
    Terminal,
    /// `faasguard-scan/1`, for programs.
    Json,
    /// SARIF 2.1.0, for code-scanning services and editors.
    Sarif,
    /// For a comment on a pull request.
    Markdown,
    /// `JUnit` XML, for build servers.
    Junit,
    /// `OpenVEX`: what is said of known flaws, for other scanners.
    OpenVex,
    /// The same as `CycloneDX`.
    CycloneDxVex,
    /// One page for a browser, with everything in it.
    Html,
    /// Workflow commands of GitHub Actions: remarks at lines of a pull request.
    GitHub,
    /// GitLab's code quality report.
    GitLab,
    /// OCSF Compliance Finding (2003), one a line.
    OcsfCompliance,
    /// OCSF Detection Finding (2004), one a line.
    OcsfDetection,
    /// AWS Security Finding Format, for Security Hub.
    Asff,
}

/// Formats of a picture of the application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GraphFormat {
    /// A self-contained picture.
    Svg,
    /// Graphviz.
    Dot,
    /// A Mermaid flow chart, for Markdown pages.
    Mermaid,
    /// `faasguard-graph/1`, for programs.
    Json,
}

/// Formats of a table: the checklist, the catalogue of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TableFormat {
    /// For people.
    Terminal,
    /// For programs.
    Json,
    /// For pages.
    Markdown,
}

/// A name that is not one of a set of formats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseFormatError {
    /// The name given.
    pub name: String,
    /// The names known, separated by commas.
    pub known: String,
}

impl fmt::Display for ParseFormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not one of {}", self.name, self.known)
    }
}

impl std::error::Error for ParseFormatError {}

/// Name, extensions (first the usual one) and value of each format of a set.
type Names<T> = [(&'static str, &'static [&'static str], T)];

impl Format {
    /// Whether the result bears the time of the scan.
    #[must_use]
    pub fn asks_for_time(self) -> bool {
        let vex = [Self::OpenVex, Self::CycloneDxVex];
        let others = [Self::Html, Self::OcsfCompliance, Self::OcsfDetection, Self::Asff];
        vex.contains(&self) || others.contains(&self)
    }

    /// Whether the result tells the edits that mend findings.
    #[must_use]
    pub fn tells_edits(self) -> bool {
        [Self::Json, Self::Sarif, Self::Html].contains(&self)
    }

    /// Says whether what the form asks for beside the findings is there.
    ///
    /// # Errors
    /// [`security_hub::SecurityHubError`] when the account or the region of the deployment is not known.
    pub fn check_surroundings(
        self,
        account: &str,
        region: &str,
    ) -> Result<(), security_hub::SecurityHubError> {
        match self {
            Self::Asff if !security_hub::is_account(account) => {
                Err(security_hub::SecurityHubError::NoAccount)
            }
            Self::Asff if !security_hub::is_region(region) => {
                Err(security_hub::SecurityHubError::NoRegion)
            }
            _ => Ok(()),
        }
    }

    const NAMES: &'static Names<Self> = &[
        ("terminal", &["txt"], Self::Terminal),
        ("json", &["json"], Self::Json),
        ("sarif", &["sarif"], Self::Sarif),
        ("markdown", &["md", "markdown"], Self::Markdown),
        ("junit", &["xml"], Self::Junit),
        // Their files are JSON, as others are.
        ("openvex", &[], Self::OpenVex),
        ("cyclonedx-vex", &[], Self::CycloneDxVex),
        ("html", &["html", "htm"], Self::Html),
        ("github", &[], Self::GitHub),
        ("gitlab-codequality", &[], Self::GitLab),
        ("ocsf", &[], Self::OcsfCompliance),
        ("ocsf-detection", &[], Self::OcsfDetection),
        ("asff", &[], Self::Asff),
    ];
}

impl GraphFormat {
    const NAMES: &'static Names<Self> = &[
        ("svg", &["svg"], Self::Svg),
        ("dot", &["dot", "gv"], Self::Dot),
        ("mermaid", &["mmd", "mermaid"], Self::Mermaid),
        ("json", &["json"], Self::Json),
    ];
}

impl TableFormat {
    const NAMES: &'static Names<Self> = &[
        ("terminal", &["txt"], Self::Terminal),
        ("json", &["json"], Self::Json),
        ("markdown", &["md", "markdown"], Self::Markdown),
    ];
}

/// Writes what the sets of formats have in common; a trait would have to be imported by users.
macro_rules! named_formats {
    ($($format:ty),*) => {$(
        impl $format {
            /// Every name that `from_str` reads, in the order of the documentation.
            pub fn names() -> impl Iterator<Item = &'static str> {
                Self::NAMES.iter().map(|(name, ..)| *name)
            }

            /// The word for it, as `--format` reads it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                let of = Self::NAMES.iter().find(|(.., format)| *format == self);
                of.map_or("", |(name, ..)| *name)
            }

            /// The format that the name of an output file asks for, by its last extension in any case.
            #[must_use]
            pub fn from_file_name(name: &str) -> Option<Self> {
                let name = name.rsplit(['/', '\\']).next()?;
                let (_, extension) = name.rsplit_once('.')?;
                let extension = extension.to_ascii_lowercase();
                Self::NAMES
                    .iter()
                    .find(|(_, extensions, _)| extensions.contains(&extension.as_str()))
                    .map(|(.., format)| *format)
            }
        }

        impl FromStr for $format {
            type Err = ParseFormatError;

            fn from_str(name: &str) -> Result<Self, ParseFormatError> {
                // Both words are used for what people read.
                let wanted = if name.eq_ignore_ascii_case("text") { "terminal" } else { name };
                Self::NAMES
                    .iter()
                    .find(|(known, ..)| known.eq_ignore_ascii_case(wanted))
                    .map(|(.., format)| *format)
                    .ok_or_else(|| ParseFormatError {
                        name: name.to_owned(),
                        known: Self::names().collect::<Vec<_>>().join(", "),
                    })
            }
        }

        impl fmt::Display for $format {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    )*};
}

named_formats!(Format, GraphFormat, TableFormat);

/// Draws a report; the text ends with a line break.
///
/// `options` matters for [`Format::Terminal`] only.
#[must_use]
pub fn render(
    format: Format,
    report: &Report,
    context: &Context<'_>,
    options: &TerminalOptions,
) -> String {
    match format {
        Format::Terminal => terminal::render(report, context, options),
        Format::Json => json::render(report, context),
        Format::Sarif => sarif::render(report, context),
        Format::Markdown => markdown::render(report, context),
        Format::Junit => junit::render(report, context),
        Format::OpenVex => json::to_text(&vex::write_openvex(&report.vex.judged, &about(report))),
        Format::CycloneDxVex => {
            json::to_text(&vex::write_cyclonedx(&report.vex.judged, &about(report)))
        }
        Format::Html => html::render(report, context),
        Format::GitHub => github::render(report, context),
        Format::GitLab => gitlab::render(report, context),
        Format::OcsfCompliance => ocsf_form::render(report, context, ocsf::compliance_finding),
        Format::OcsfDetection => ocsf_form::render(report, context, ocsf::code_detection_finding),
        Format::Asff => asff::render(report, context),
    }
}

/// What a document about known flaws says of itself.
fn about(report: &Report) -> vex::About<'_> {
    let Vex { application, time, .. } = &report.vex;
    let time = if time.is_empty() { "1970-01-01T00:00:00Z" } else { time };
    vex::About { application, version: &report.tool_version, time }
}

#[cfg(test)]
mod tests {
    use super::{Format, GraphFormat, TableFormat};

    #[test]
    fn every_name_reads_back() {
        for name in Format::names() {
            assert_eq!(name.parse::<Format>().unwrap().as_str(), name);
        }
        for name in GraphFormat::names() {
            assert_eq!(name.parse::<GraphFormat>().unwrap().as_str(), name);
        }
        for name in TableFormat::names() {
            assert_eq!(name.parse::<TableFormat>().unwrap().as_str(), name);
        }
        let error = "yaml".parse::<Format>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "`yaml` is not one of terminal, json, sarif, markdown, junit, openvex, cyclonedx-vex, \
             html, github, gitlab-codequality, ocsf, ocsf-detection, asff"
        );
    }

    #[test]
    fn the_last_extension_of_the_file_decides() {
        assert_eq!(Format::from_file_name("out.d/result.json.SARIF"), Some(Format::Sarif));
        assert_eq!(Format::from_file_name("report.xml"), Some(Format::Junit));
        assert_eq!(Format::from_file_name("a.json/result"), None);
        assert_eq!(Format::from_file_name("json"), None);
        assert_eq!(GraphFormat::from_file_name("app.svg"), Some(GraphFormat::Svg));
    }
}
