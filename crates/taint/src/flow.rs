//! What an analysis tells: flows, and flaws that code shows by itself.

use std::fmt;

use code_ir::SmolStr;
use source_text::Place;
use taint_models::{Kind, Trust};

/// Hostile data that reaches something dangerous, or something told that must not get out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    /// What it endangers.
    pub kind: Kind,
    /// Who decides what the data says.
    pub trust: Trust,
    /// The data as the code writes it: `event["body"]`.
    pub source: String,
    /// What the data is, in words: `a secret`.
    pub words: SmolStr,
    /// What it reaches: `os.system`.
    pub sink: String,
    /// Which argument of it, as models write it: `0`, `0.FilterExpression`; empty when the sink is
    /// no call.
    pub argument: SmolStr,
    /// Where it gets there.
    pub place: Place,
    /// Every step from the source to the sink, with a note each.
    pub hops: Vec<(Place, String)>,
    /// Index of the entry point in the list that was given, when the flow begins in one.
    pub entry: Option<usize>,
    /// Whether only the name of a method, or only the look of a text, tells that it is dangerous.
    pub is_guess: bool,
    /// Name of the function in whose body the sink stands.
    pub within: SmolStr,
    /// Where the source stands in the event, when it is of one: `["Records"][*]["body"]`.
    pub path: Option<String>,
}

/// A flaw that a call or a statement shows without any flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Name of the check: `weak-hash`.
    pub check: SmolStr,
    /// Where.
    pub place: Place,
    /// What stands there: `hashlib.md5`.
    pub subject: String,
    /// More words for the message.
    pub detail: SmolStr,
    /// Index of the entry point from which it was reached.
    pub entry: Option<usize>,
    /// Name of the function in whose body it stands; empty for the module's.
    pub within: SmolStr,
    /// Name of the variable, field or argument that gets what it makes; empty when there is none.
    pub name: SmolStr,
}

/// Data handed to another part of the application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Service: `sqs`, `sns` …
    pub service: SmolStr,
    /// What the code names as the receiver: a constant, or `${NAME}` for a variable of the
    /// environment.
    pub target: Option<String>,
    /// Names of the fields of what is sent that hold the data.
    pub fields: Vec<SmolStr>,
    /// Where the data stands in the consumer's event.
    pub at: SmolStr,
    /// Who decides what it says.
    pub trust: Trust,
    /// Every step to the send.
    pub hops: Vec<(Place, String)>,
    /// Index of the entry point.
    pub entry: Option<usize>,
    /// Where the source stands in the sender's own event, when it is of one.
    pub path: Option<String>,
}

/// A text constant that stands in code.
#[derive(Clone, PartialEq, Eq)]
pub struct Literal {
    /// Where.
    pub place: Place,
    /// Name of the variable, field, key or argument that gets it or that it is compared with; empty
    /// when there is none.
    pub name: SmolStr,
    /// The text.
    pub text: SmolStr,
    /// Name of the function in whose body it stands; empty for the module's.
    pub within: SmolStr,
}

impl fmt::Debug for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The text may be a secret.
        f.debug_struct("Literal")
            .field("place", &self.place)
            .field("name", &self.name)
            .field("length", &self.text.len())
            .finish_non_exhaustive()
    }
}

/// What an analysis tells.
#[derive(Clone, Debug, Default)]
pub struct Analysis {
    /// Flows, in order of place.
    pub flows: Vec<Flow>,
    /// Flaws without a flow, in order of place.
    pub remarks: Vec<Remark>,
    /// Hand-overs to other parts of the application.
    pub sent: Vec<Sent>,
    /// Paths of events that each entry point reads, by index of the entry.
    pub reads: Vec<(usize, String)>,
    /// Text constants of the module, in order of place.
    pub literals: Vec<Literal>,
    /// Names of libraries that the module and those that it imports use, sorted.
    pub libraries: Vec<SmolStr>,
    /// Entry points whose work was ended by a limit.
    pub unfinished: Vec<usize>,
    /// Where code was not followed further, one a function, [`CUTS`] at most.
    pub cuts: Vec<Cut>,
}

/// Cuts that an analysis tells at most.
pub const CUTS: usize = 20;

/// A function that was not followed to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Its name, where it stands.
    pub place: Place,
    /// Its name; empty for the body of a file.
    pub function: SmolStr,
    /// Which limit ended the work.
    pub limit: Limit,
}

/// A bound on the work of an analysis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Calls within calls.
    Depth,
    /// Calls of a function within itself, where the next one brought data that none before had.
    Repeats,
    /// Statements and objects.
    Work,
}
