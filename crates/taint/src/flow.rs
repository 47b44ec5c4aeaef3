//! What an analysis tells: flows, and flaws that code shows by itself.

use code_ir::SmolStr;
use source_text::Place;

use crate::kind::{Kind, Trust};

/// Hostile data that reaches something dangerous, or something told that must not get out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    /// What it endangers.
    pub kind: Kind,
    /// Who decides what the data says.
    pub trust: Trust,
    /// The data, in words: `event["body"]`.
    pub source: String,
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
}

/// Data handed to another part of the application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Service: `sqs`, `sns` …
    pub service: SmolStr,
    /// What the code names as the receiver: a constant, or `${NAME}` for a variable of the
    /// environment.
    pub target: Option<String>,
    /// Where the data stands in the consumer's event.
    pub at: SmolStr,
    /// Who decides what it says.
    pub trust: Trust,
    /// Every step to the send.
    pub hops: Vec<(Place, String)>,
    /// Index of the entry point.
    pub entry: Option<usize>,
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
    /// Entry points whose work was ended by a limit.
    pub unfinished: Vec<usize>,
}
