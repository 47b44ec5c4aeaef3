//! Pipeline functions of a GraphQL API: code that runs on a data source.

use sam_core::intrinsic::{Here, is_falsy};
use sam_core::property::{Property, Shape, optional, passed, required};
use sam_core::resource::{Expansion, Resource};
use source_text::{Diagnostic, Map, Node};

use super::Api;

const FUNCTION: [Property; 9] = [
    optional("DataSource", Shape::TextOrMap).literal(),
    optional("Runtime", Shape::Map).literal(),
    passed("InlineCode"),
    passed("CodeUri"),
    passed("Description"),
    passed("MaxBatchSize"),
    optional("Name", Shape::Text).literal(),
    passed("Id"),
    optional("Sync", Shape::Map).literal(),
];

const RUNTIME: [Property; 2] = [required("Name", Shape::Any), required("Version", Shape::Any)];

const SYNC: [Property; 3] = [
    required("ConflictDetection", Shape::Any),
    passed("ConflictHandler"),
    optional("LambdaConflictHandlerConfig", Shape::Map).literal(),
];

impl Api<'_> {
    /// The functions that are made here; those given by `Id` are only remembered.
    pub(super) fn functions(&mut self) -> Expansion {
        let mut functions = Vec::new();
        for (name, node) in self.entries("Functions") {
            let given = self.check(&format!("function `{name}`"), node, &FUNCTION)?;
            if let Some(id) = given.get("Id").filter(|node| !is_falsy(node)) {
                if given.values().filter(|value| !value.is_null()).count() > 1 {
                    let message = format!("function `{name}` has an `Id`, which stands alone");
                    return Err(self.sam.error(id.place, message));
                }
                self.functions.insert(name.clone(), id.clone());
                continue;
            }
            let function = self.function(name, node, given)?;
            self.functions.insert(name.clone(), function.get_att("FunctionId"));
            functions.push(function);
        }
        Ok(functions)
    }

    fn function(&mut self, name: &str, node: &Node, given: &Map) -> Result<Resource, Diagnostic> {
        let here = Here(node.place);
        let what = format!("function `{name}`");
        let truthy = |name: &str| given.get(name).filter(|node| !is_falsy(node));
        let mut function = self.part(name, "AWS::AppSync::FunctionConfiguration", here);
        function.set("Name", truthy("Name").cloned().unwrap_or_else(|| here.text(name)));
        self.set_code(&mut function, &what, given)?;
        if truthy("InlineCode").or(truthy("CodeUri")).is_none() {
            let message = format!("{what} has no code; add `InlineCode` or `CodeUri`");
            return Err(self.sam.error(node.place, message));
        }
        let source = truthy("DataSource").ok_or_else(|| {
            self.sam.error(node.place, format!("{what} has no `DataSource`; `NONE` is one"))
        })?;
        let source = self.data_source_name(name, source)?;
        function.set("DataSourceName", source);
        function.copy(given, &["MaxBatchSize", "Description"]);
        function.set("Runtime", self.runtime(&what, node, given)?);
        if let Some(sync) = truthy("Sync") {
            self.check(&format!("`Sync` of {what}"), sync, &SYNC)?;
            function.set("SyncConfig", sync.clone());
        }
        Ok(function)
    }

    /// Sets the code, given as text or by where it lies.
    pub(super) fn set_code(
        &self,
        resource: &mut Resource,
        what: &str,
        given: &Map,
    ) -> Result<(), Diagnostic> {
        let truthy = |name: &str| given.get(name).filter(|node| !is_falsy(node));
        if let (Some(_), Some(uri)) = (truthy("InlineCode"), truthy("CodeUri")) {
            let message = format!("`InlineCode` and `CodeUri` of {what} exclude each other");
            return Err(self.sam.error(uri.place, message));
        }
        resource.set_some("Code", truthy("InlineCode"));
        resource.set_some("CodeS3Location", truthy("CodeUri"));
        Ok(())
    }

    /// The runtime of a function or resolver, which must be given.
    pub(super) fn runtime(&self, what: &str, node: &Node, given: &Map) -> Result<Node, Diagnostic> {
        let runtime = given.get("Runtime").filter(|node| !is_falsy(node)).ok_or_else(|| {
            self.sam.error(node.place, format!("{what} has no `Runtime`, which its code needs"))
        })?;
        let map = self.check(&format!("`Runtime` of {what}"), runtime, &RUNTIME)?;
        let pairs = [("Name", "Name"), ("Version", "RuntimeVersion")];
        let pairs = pairs.into_iter().filter_map(|(from, to)| Some((to, map.get(from)?.clone())));
        Ok(Here(runtime.place).map(pairs))
    }
}
