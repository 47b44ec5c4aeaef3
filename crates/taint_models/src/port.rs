//! Which argument, or which part of one, a model speaks of.

use std::fmt;

use code_ir::SmolStr;

use crate::format;

/// An argument or a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// Which argument.
    pub base: PortBase,
    /// Fields and indexes below it.
    pub path: Vec<Step>,
}

/// Which argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PortBase {
    /// By position, from 0.
    Position(u32),
    /// All from a position on.
    From(u32),
    /// By name.
    Named(SmolStr),
    /// The receiver.
    This,
    /// Every argument, not the receiver.
    All,
}

/// A field or index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A field or key.
    Field(SmolStr),
    /// An index.
    Index(i64),
    /// Any key or index.
    Any,
}

impl Port {
    /// Whether it asks for what stands under any key of an argument.
    #[must_use]
    pub fn is_any_member(&self) -> bool {
        self.path.last() == Some(&Step::Any)
    }
}

impl From<&format::Port> for Port {
    fn from(port: &format::Port) -> Self {
        match port {
            format::Port::Position(position) => {
                Self { base: PortBase::Position(*position), path: Vec::new() }
            }
            format::Port::Path(text) => parse(text),
        }
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.base {
            PortBase::Position(at) => write!(f, "{at}")?,
            PortBase::From(at) => write!(f, "{at}+")?,
            PortBase::Named(name) => f.write_str(name)?,
            PortBase::This => f.write_str("this")?,
            PortBase::All => f.write_str("*")?,
        }
        for step in &self.path {
            match step {
                Step::Field(name) => write!(f, ".{name}")?,
                Step::Index(at) => write!(f, "[{at}]")?,
                Step::Any => f.write_str("[*]")?,
            }
        }
        Ok(())
    }
}

fn parse(text: &str) -> Port {
    let end = text.find(['.', '[']).unwrap_or(text.len());
    let (head, rest) = text.split_at(end);
    let base = match head {
        "this" => PortBase::This,
        "*" => PortBase::All,
        _ => match (head.parse(), head.strip_suffix('+').map(str::parse)) {
            (Ok(position), _) => PortBase::Position(position),
            (_, Some(Ok(position))) => PortBase::From(position),
            _ => PortBase::Named(SmolStr::new(head)),
        },
    };
    Port { base, path: parse_steps(rest) }
}

/// Reads `.Records[*].body`, with or without the first dot.
pub(crate) fn parse_steps(text: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    for part in text.split(['.', '[']) {
        let part = part.trim_end_matches(']');
        match part {
            "" => {}
            "*" => steps.push(Step::Any),
            _ => steps
                .push(part.parse().map_or_else(|_| Step::Field(SmolStr::new(part)), Step::Index)),
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::{Port, PortBase, Step, parse, parse_steps};

    #[test]
    fn ports_read_as_documented() {
        let port = |base, path| Port { base, path };
        assert_eq!(parse("0"), port(PortBase::Position(0), vec![]));
        assert_eq!(parse("1+"), port(PortBase::From(1), vec![]));
        assert_eq!(parse("this"), port(PortBase::This, vec![]));
        assert_eq!(parse("*"), port(PortBase::All, vec![]));
        assert_eq!(parse("0[0]"), port(PortBase::Position(0), vec![Step::Index(0)]));
        assert_eq!(parse("0[0].a").to_string(), "0[0].a");
        assert_eq!(
            parse("input.Key"),
            port(PortBase::Named("input".into()), vec![Step::Field("Key".into())])
        );
        assert_eq!(
            parse_steps("Records[*].body"),
            [Step::Field("Records".into()), Step::Any, Step::Field("body".into())]
        );
    }
}
