//! The sections of a template and what stands in them.

use indexmap::IndexMap;
use source_text::{Map, Node, Place, SmolStr};

/// A template, read tolerantly: what could not be read is missing here and is a diagnostic.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Template {
    /// The whole document.
    pub place: Place,
    /// `Description`.
    pub description: Option<SmolStr>,
    /// `Transform`, one or several, by name: `AWS::Serverless-2016-10-31`.
    pub transforms: Vec<SmolStr>,
    /// `Parameters`, in order.
    pub parameters: IndexMap<SmolStr, Parameter>,
    /// `Mappings` as written: map name, first key, second key.
    pub mappings: Map,
    /// `Conditions`, not evaluated.
    pub conditions: IndexMap<SmolStr, Node>,
    /// `Resources`, in order.
    pub resources: IndexMap<SmolStr, Resource>,
    /// `Outputs` as written.
    pub outputs: Map,
    /// `Globals` of SAM as written.
    pub globals: Option<Node>,
    /// `Metadata` as written.
    pub metadata: Option<Node>,
}

/// A parameter of a template.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: SmolStr,
    /// Where its name is written.
    pub key_place: Place,
    /// The whole parameter.
    pub place: Place,
    /// `Type`; `String` when it is missing.
    pub type_: SmolStr,
    /// `Default` as written.
    pub default: Option<Node>,
    /// `AllowedValues`; empty when any value is allowed.
    pub allowed_values: Vec<Node>,
    /// `AllowedPattern`, a regular expression.
    pub allowed_pattern: Option<SmolStr>,
    /// `NoEcho`: the value is hidden in consoles and answers.
    pub no_echo: bool,
    /// `Description`.
    pub description: Option<SmolStr>,
    /// `MinLength`, in characters.
    pub min_length: Option<i64>,
    /// `MaxLength`, in characters.
    pub max_length: Option<i64>,
}

impl Parameter {
    /// Whether the value is a list: `CommaDelimitedList`, `List<Number>`, `List<AWS::EC2::…>`.
    #[must_use]
    pub fn is_list(&self) -> bool {
        self.type_ == "CommaDelimitedList" || self.type_.starts_with("List<")
    }

    /// Whether the value is the name of a Systems Manager parameter that only deployment reads.
    #[must_use]
    pub fn is_from_parameter_store(&self) -> bool {
        self.type_.starts_with("AWS::SSM::Parameter::Value<")
    }
}

/// A resource of a template.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// Its logical id.
    pub logical_id: SmolStr,
    /// Where the logical id is written.
    pub key_place: Place,
    /// The whole resource.
    pub place: Place,
    /// `Type`: `AWS::Lambda::Function`.
    pub type_: SmolStr,
    /// Where the type is written.
    pub type_place: Place,
    /// `Properties`, always a mapping; empty when the template has none.
    pub properties: Node,
    /// `Condition`: the resource exists only when it holds.
    pub condition: Option<SmolStr>,
    /// `DependsOn`, one or several.
    pub depends_on: Vec<SmolStr>,
    /// `Metadata` as written.
    pub metadata: Option<Node>,
    /// `DeletionPolicy`; absent, too, when it is not text.
    pub deletion_policy: Option<SmolStr>,
    /// `UpdateReplacePolicy`; absent, too, when it is not text.
    pub update_replace_policy: Option<SmolStr>,
    /// Every other key of the resource: `Connectors`, `IgnoreGlobals`, `CreationPolicy`.
    pub attributes: Map,
}
