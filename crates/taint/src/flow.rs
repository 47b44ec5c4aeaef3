//! What an analysis tells: flows, and flaws that code shows by itself.

use std::fmt;

use code_ir::SmolStr;
use source_text::Place;
use taint_models::{Deed, Kind, Trust};

use crate::service_call::{DynamicCall, ServiceCall};

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
    /// Steps of data that it is about, with a note each; mostly none.
    pub hops: Vec<(Place, String)>,
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

/// A look at, or a change of, what the application keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// What is done.
    pub deed: Deed,
    /// The call: `boto3.dynamodb.Table.get_item`.
    pub call: String,
    /// Where.
    pub place: Place,
    /// Index of the entry point.
    pub entry: Option<usize>,
    /// Name of the function in whose body it stands.
    pub within: SmolStr,
    /// What picks the records.
    pub keys: Vec<Given>,
    /// What is written.
    pub values: Vec<Given>,
    /// Whether something must hold of the record.
    pub is_conditional: bool,
    /// Whether what the caller proved to be takes part.
    pub is_owned: bool,
}

/// A field of a key or of what is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// Name of the field or column; empty when it is not known.
    pub name: SmolStr,
    /// The constant that it is.
    pub constant: Option<SmolStr>,
    /// Who decides what it says, at worst; the platform when nobody else does.
    pub trust: Trust,
    /// What it is made of, as the code writes it.
    pub source: String,
    /// Where that stands in the event.
    pub path: Option<String>,
    /// Whether it is a record of which that one decides which fields it has.
    pub is_whole: bool,
    /// Every step from there.
    pub hops: Vec<(Place, String)>,
}

/// A test of data of the event that decides whether the function refuses or acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Where the test stands.
    pub place: Place,
    /// Index of the entry point.
    pub entry: Option<usize>,
    /// Name of the function in whose body it stands.
    pub within: SmolStr,
    /// Who decides what the data says.
    pub trust: Trust,
    /// The data as the code writes it.
    pub source: String,
    /// Where it stands in the event.
    pub path: String,
    /// The constant text that it is compared with; empty when there is none.
    pub constant: SmolStr,
    /// Every step from the source.
    pub hops: Vec<(Place, String)>,
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
    /// Looks at and changes of what the application keeps.
    pub accesses: Vec<Access>,
    /// Tests of data of events that decide whether a function refuses or acts.
    pub decisions: Vec<Decision>,
    /// Calls of cloud services, in order of place.
    pub calls: Vec<ServiceCall>,
    /// Calls of cloud services of which it is not known which they are, in order of place.
    pub dynamic_calls: Vec<DynamicCall>,
    /// Entry points that read who their caller proved to be.
    pub identities: Vec<usize>,
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
