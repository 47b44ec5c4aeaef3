//! Shapes of ARNs whose holes the parameters of a call fill.

use std::borrow::Cow;

use crate::{
    form::{Form, Reading},
    operation::{When, split_when},
};

/// The shape of an ARN: text, pseudo parameters, and holes that parameters of the call fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArnTemplate {
    /// When the operation touches such a resource at all.
    pub when: When,
    prefix: &'static str,
    written: &'static str,
}

/// A part of an [`ArnTemplate`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text as it stands.
    Text(&'static str),
    /// The partition of the function.
    Partition,
    /// The region that the client calls.
    Region,
    /// The account of the function.
    Account,
    /// What a parameter says.
    Hole(Hole),
}

/// A hole of an [`ArnTemplate`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hole {
    written: &'static str,
    /// How the parameter's value names the resource.
    pub form: Form,
}

impl Hole {
    /// The parameters that may fill the hole; the first that is given does. None when no parameter
    /// tells this part of the name.
    ///
    /// A path leads into lists and structures: `TransactItems[*].Put.TableName`; `RequestItems{}`
    /// means the keys of a map.
    pub fn parameters(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.written.split(',').filter(|path| !path.is_empty())
    }
}

/// What is known of a parameter of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given<'a> {
    /// The call does not have it.
    Absent,
    /// Nobody knows whether the call has it: `**arguments`, a structure that comes from elsewhere.
    Perhaps,
    /// The call has it, but its value is not known.
    Unknown,
    /// A text; placeholders of `Fn::Sub` in it stand for what only deployment knows.
    Text(Cow<'a, str>),
    /// A text that is an ARN even where it does not look so: `${Topic}`.
    Arn(Cow<'a, str>),
}

impl Given<'_> {
    /// The first that is certainly given; else whether one may be.
    pub(crate) fn first(all: impl Iterator<Item = Self>) -> Self {
        let mut found = Self::Absent;
        for given in all {
            match given {
                Self::Absent => {}
                Self::Perhaps => found = Self::Perhaps,
                Self::Unknown | Self::Text(_) | Self::Arn(_) => return given,
            }
        }
        found
    }
}

/// How the path of an argument that is known lies to the path of a parameter that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// It is the parameter.
    Same,
    /// The parameter lies inside it: when nothing is known of it, the parameter may be given.
    Above,
    /// It lies inside the parameter, which is given, then, as a structure.
    Below,
    /// They have nothing in common.
    None,
}

/// Compares two paths such as `TransactItems[*].Put.TableName`; case and the marks of lists (`[*]`)
/// are ignored, as SDKs spell names in their own case and one item stands for its list.
#[must_use]
pub fn relation(known: &str, asked: &str) -> Relation {
    let names = |path: &str| path.matches('.').count() + path.matches("{}").count() + 1;
    let parts = |path: &'_ str| -> Vec<String> {
        let path = path.replace("[*]", "").replace("{}", ".{}").to_ascii_lowercase();
        path.split('.').map(str::to_owned).collect()
    };
    // Most pairs differ in their first name; they must not cost an allocation.
    let first =
        |path: &'_ str| path.split(['.', '[', '{']).next().map(str::len).unwrap_or_default();
    let (a, b) = (known.get(..first(known)), asked.get(..first(asked)));
    if !a.zip(b).is_some_and(|(a, b)| a.eq_ignore_ascii_case(b)) {
        return Relation::None;
    }
    if names(known) == 1 && names(asked) == 1 {
        return Relation::Same;
    }
    let (known, asked) = (parts(known), parts(asked));
    if known == asked {
        Relation::Same
    } else if asked.starts_with(&known) {
        Relation::Above
    } else if known.starts_with(&asked) {
        Relation::Below
    } else {
        Relation::None
    }
}

/// What stands for the pseudo parameters in a filled ARN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Surroundings<'a> {
    /// `aws`, or `${AWS::Partition}`.
    pub partition: &'a str,
    /// `eu-west-1`, or `${AWS::Region}`.
    pub region: &'a str,
    /// `111122223333`, or `${AWS::AccountId}`.
    pub account: &'a str,
}

impl Default for Surroundings<'_> {
    /// The pseudo parameters of CloudFormation.
    fn default() -> Self {
        Self {
            partition: "${AWS::Partition}",
            region: "${AWS::Region}",
            account: "${AWS::AccountId}",
        }
    }
}

/// An ARN made of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// The ARN; `*` stands where a parameter is absent or unknown.
    pub arn: String,
    /// Whether every hole was filled with a known value.
    pub is_exact: bool,
}

impl ArnTemplate {
    /// The parts, in order.
    pub fn pieces(&self) -> impl Iterator<Item = Piece> + use<> {
        // Roles are written short, since many operations hand one over.
        let parts = match self.written.strip_prefix('^') {
            Some(role) => ["arn:{@partition}:iam::{@account}:role/", "", "", role],
            None if self.written.starts_with("arn:") => ["", "", "", self.written],
            None => ["arn:{@partition}:", self.prefix, ":{@region}:{@account}:", self.written],
        };
        parts.into_iter().flat_map(|part| {
            let mut rest = part;
            std::iter::from_fn(move || next_piece(&mut rest))
        })
    }

    /// Fills the template; `given` tells what the call says of a parameter.
    ///
    /// A parameter whose value is an ARN takes the place of all that stands before its hole, so
    /// `table/{TableName}/index/{IndexName}` is right for names and for ARNs.
    pub fn fill<'a>(
        &self,
        surroundings: Surroundings<'_>,
        given: &dyn Fn(&str) -> Given<'a>,
    ) -> Filled {
        let mut filled = Filled { arn: String::with_capacity(80), is_exact: true };
        let mut pieces = self.pieces().peekable();
        while let Some(piece) = pieces.next() {
            match piece {
                Piece::Text(text) => filled.arn.push_str(text),
                Piece::Partition => filled.arn.push_str(surroundings.partition),
                Piece::Region => filled.arn.push_str(surroundings.region),
                Piece::Account => filled.arn.push_str(surroundings.account),
                Piece::Hole(hole) => {
                    let is_last = pieces.peek().is_none();
                    fill_hole(&mut filled, hole, surroundings, given, is_last);
                }
            }
        }
        filled
    }
}

fn fill_hole<'a>(
    filled: &mut Filled,
    hole: Hole,
    surroundings: Surroundings<'_>,
    given: &dyn Fn(&str) -> Given<'a>,
    is_last: bool,
) {
    let value = Given::first(hole.parameters().map(given));
    let (text, is_arn) = match &value {
        Given::Text(text) => (text.as_ref(), false),
        Given::Arn(text) => (text.as_ref(), true),
        Given::Absent | Given::Perhaps | Given::Unknown => ("", false),
    };
    let reading = hole.form.read(text, is_arn, is_last, surroundings);
    match reading {
        Reading::Name(name) => filled.arn.push_str(&name),
        Reading::Arn(arn) => {
            filled.arn.clear();
            filled.arn.push_str(&arn);
            filled.is_exact = true;
        }
        Reading::Unknown => {
            filled.is_exact = false;
            filled.arn.push('*');
        }
    }
}

fn next_piece(rest: &mut &'static str) -> Option<Piece> {
    if rest.is_empty() {
        return None;
    }
    if let Some((inside, after)) = split_hole(rest) {
        *rest = after;
        return Some(match inside {
            "@partition" => Piece::Partition,
            "@region" => Piece::Region,
            "@account" => Piece::Account,
            _ => {
                let (written, form) = inside.split_once(':').unwrap_or((inside, ""));
                Piece::Hole(Hole { written, form: Form::from_word(form) })
            }
        });
    }
    let end = rest.get(1..).and_then(|tail| tail.find('{')).map_or(rest.len(), |at| at + 1);
    let text = rest.get(..end).unwrap_or(rest);
    *rest = rest.get(end..).unwrap_or_default();
    Some(Piece::Text(text))
}

/// What stands inside the hole at the start of `text`, and what follows it.
fn split_hole(text: &'static str) -> Option<(&'static str, &'static str)> {
    let tail = text.strip_prefix('{')?;
    // `{}` inside a hole means the keys of a map: `{RequestItems{}}`.
    let ends = |at: usize| !tail.get(..at).is_some_and(|before| before.ends_with('{'));
    let (end, _) = tail.match_indices('}').find(|(at, _)| ends(*at))?;
    Some((tail.get(..end)?, tail.get(end + 1..)?))
}

/// The templates that a need names by their numbers.
pub(crate) fn numbered(
    prefix: &'static str,
    templates: &'static str,
    numbers: &'static str,
) -> impl Iterator<Item = ArnTemplate> {
    let numbers = numbers.split(',').filter_map(|number| number.parse::<usize>().ok());
    numbers.filter_map(move |number| {
        let (when, written) = split_when(templates.split(' ').nth(number)?);
        Some(ArnTemplate { when, prefix, written })
    })
}

#[cfg(test)]
mod tests {
    use super::{Relation, relation};

    #[test]
    fn paths_are_compared_without_case_and_marks() {
        let put = "TransactItems[*].Put.TableName";
        assert_eq!(relation("transactItems.put.tableName", put), Relation::Same);
        assert_eq!(relation("TransactItems", put), Relation::Above);
        assert_eq!(relation("TransactItems[*].Put", put), Relation::Above);
        assert_eq!(relation(put, "TransactItems[*].Put"), Relation::Below);
        assert_eq!(relation("Tags[*].Key", "Tags"), Relation::Below);
        assert_eq!(relation("RequestItems{}", "RequestItems{}"), Relation::Same);
        assert_eq!(relation("RequestItems", "RequestItems{}"), Relation::Above);
        assert_eq!(relation("TransactItems[*].Get", put), Relation::None);
        assert_eq!(relation("TableName", "TableArn"), Relation::None);
    }
}
