//! What an evaluation gives.

use indexmap::IndexMap;
use source_text::{Diagnostic, FileId, Node, Place, SmolStr};

/// What the caller knows, and bounds on what one root module may cost.
#[derive(Clone, Debug)]
pub struct Options {
    /// Values of the root module's variables, as with `-var NAME=VALUE`; before any `*.tfvars`.
    pub variables: IndexMap<SmolStr, SmolStr>,
    /// Most instances of resources in all modules; the rest is left out, with a diagnostic.
    pub instances: usize,
    /// Most steps (expressions evaluated, items made) in all modules.
    pub steps: usize,
    /// Deepest nesting of modules in modules.
    pub modules: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { variables: IndexMap::new(), instances: 10_000, steps: 4_000_000, modules: 16 }
    }
}

/// A root module with all that it calls, evaluated.
#[derive(Clone, Debug, Default)]
pub struct Evaluated {
    /// Folder of the root module, relative to the scanned root, with `/`; `""` the root.
    pub folder: SmolStr,
    /// Every instance of every `resource`, modules' too, in the order of files and places.
    pub resources: Vec<Block>,
    /// Every instance of every `data` block.
    pub data: Vec<Block>,
    /// `provider` blocks of all modules; `kind` is the provider's name (`aws`), `name` its alias.
    pub providers: Vec<Block>,
    /// Calls of modules whose configuration is not at hand (not fetched yet): `kind` is the
    /// `source`, `body` the inputs.
    pub unread_modules: Vec<Block>,
    /// Folders of the modules that the root module calls, and they call: no roots themselves.
    pub modules: Vec<SmolStr>,
    /// Calls, by modules of the author, of modules that are not: fetched, or stood in for.
    pub foreign: Vec<Foreign>,
    /// Their files, in order.
    pub foreign_files: Vec<FileId>,
    /// The root module's variables.
    pub variables: Vec<Variable>,
    /// The root module's outputs.
    pub outputs: Vec<Output>,
    /// Conditions that are not decided, by name (the source text): `{"Fn::Equals": …}` and its
    /// kin, or `{"Fn::Unresolved": TEXT}`.
    pub conditions: IndexMap<SmolStr, Node>,
    /// What could not be read, or was read with a doubt.
    pub diagnostics: Vec<Diagnostic>,
    /// The configuration files that were read, in order; what stands in for a module is none.
    pub files: Vec<FileId>,
}

/// A call of a module that the author does not edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreign {
    /// What the addresses of everything in it begin with: `module.web.`.
    pub prefix: SmolStr,
    /// Where the head of the call is written.
    pub place: Place,
}

/// One instance of a resource or of a data source.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// Type: `aws_lambda_function`.
    pub kind: SmolStr,
    /// Name in its module: `api`.
    pub name: SmolStr,
    /// `module.web.aws_lambda_function.api["blue"]`; `data.…` for a data source.
    pub address: SmolStr,
    /// Folder of the module that declares it, relative to the scanned root, with `/`; `""` the
    /// root. Relative paths in arguments are as Terraform sees them: relative to the folder of
    /// the *root module* ([`Evaluated::folder`]), `${path.module}` included.
    pub folder: SmolStr,
    /// Where the head of the block is written.
    pub place: Place,
    /// A mapping of arguments and nested blocks. The value of a nested block's type is always a
    /// list of mappings, as in a plan's JSON. `count`, `for_each`, `provider`, `lifecycle` and
    /// `depends_on` are not in it. An argument that is `null` is left out, as Terraform does.
    pub body: Node,
    /// The key of [`Evaluated::conditions`] under which it exists, when that is not decided
    /// (`count = var.create ? 1 : 0`). The second part is false when it exists if the condition
    /// does *not* hold.
    pub condition: Option<(SmolStr, bool)>,
}

/// A variable of the root module.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// Name.
    pub name: SmolStr,
    /// Where its block is written.
    pub place: Place,
    /// Its value: from the caller, a `*.tfvars` file or the default. `None` when it has none:
    /// the tree then holds `{"Ref": "var.NAME"}`.
    pub value: Option<Node>,
    /// Whether the value comes from `default`, which a deployment may override.
    pub is_default: bool,
    /// `sensitive = true`.
    pub sensitive: bool,
}

/// An output of the root module.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// Name.
    pub name: SmolStr,
    /// Where its block is written.
    pub place: Place,
    /// Its value.
    pub value: Node,
    /// `sensitive = true`.
    pub sensitive: bool,
}
