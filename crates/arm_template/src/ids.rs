//! Ids of resources: which resource of the template an id means, and the id of one that stands elsewhere.

use source_text::{Diagnostic, Node, Place, SmolStr};

use crate::{
    declare::Declared,
    expression::Expression,
    functions::joined,
    shape::{function, ref_name, reference, rendered, segments, unresolved},
    world::{Context, Loops, World},
};

impl World<'_> {
    /// `resourceId(…)` and its kin.
    pub(crate) fn resource_id(
        &self,
        function: &str,
        values: &[Node],
        place: Place,
        context: Context<'_>,
    ) -> Node {
        // Before the type may stand a subscription, a resource group; or the id that is extended.
        let is_type = |node: &Node| {
            node.as_str().is_some_and(|text| text.contains('/') && !text.starts_with('/'))
        };
        let Some(at) = values.iter().position(is_type) else {
            return unresolved(place, &format!("{function}(…)"), values);
        };
        let kind = values.get(at).and_then(Node::as_str).unwrap_or_default();
        let names = values.get(at + 1..).unwrap_or_default();
        let full = names.iter().map(rendered).collect::<Vec<_>>().join("/");
        if at == 0
            && let Some(found) = self.declared(context.frame, kind, &full)
        {
            return Self::refer(found, place);
        }
        let before = values.get(..at).unwrap_or_default();
        let mut parts = match (function, before) {
            ("extensionresourceid", [base]) => vec![base.clone()],
            ("tenantresourceid", _) => Vec::new(),
            ("subscriptionresourceid", _) => {
                vec![text(place, "/subscriptions/"), subscription(place, before.first())]
            }
            (_, [.., group]) => vec![
                text(place, "/subscriptions/"),
                subscription(place, before.first().filter(|_| before.len() > 1)),
                text(place, "/resourceGroups/"),
                group.clone(),
            ],
            _ => vec![
                text(place, "/subscriptions/"),
                subscription(place, None),
                text(place, "/resourceGroups/"),
                unresolved(place, "resourceGroup().name", &[]),
            ],
        };
        let mut types = kind.split('/');
        let provider = types.next().unwrap_or_default();
        parts.push(text(place, &format!("/providers/{provider}")));
        let mut names = names.iter();
        for one in types {
            parts.push(text(place, &format!("/{one}/")));
            parts.push(names.next().cloned().unwrap_or_else(|| text(place, "")));
        }
        joined(place, parts)
    }

    /// A reference to a declared resource; one that stands elsewhere has only its id.
    pub(crate) fn refer(found: &Declared<'_>, place: Place) -> Node {
        if !found.is_existing {
            return reference(place, found.id.clone());
        }
        let parts = vec![
            text(place, "/subscriptions/"),
            subscription(place, None),
            text(place, "/resourceGroups/"),
            unresolved(place, "resourceGroup().name", &[]),
            text(place, &existing_path(found)),
        ];
        joined(place, parts)
    }

    /// The resource of a type and name that a frame declares, or a frame around it.
    pub(crate) fn declared(&self, frame: usize, kind: &str, name: &str) -> Option<&Declared<'_>> {
        let found = self.frames.get(frame)?.resources.iter().find(|resource| {
            resource.type_name.eq_ignore_ascii_case(kind) && resource.name == name
        });
        match (found, &self.frames.get(frame)?.outer) {
            (None, Some((outer, _))) if *outer < frame => self.declared(*outer, kind, name),
            (found, _) => found,
        }
    }

    /// The resource of a template with symbolic names.
    fn symbol(&self, frame: usize, name: &str) -> Option<&Declared<'_>> {
        let resources = &self.frames.get(frame)?.resources;
        resources.iter().find(|resource| resource.symbol.as_deref() == Some(name))
    }

    /// The resource that a text names as an id: `Microsoft.Storage/storageAccounts/orders`.
    pub(crate) fn named(&self, frame: usize, text: &str) -> Option<&Declared<'_>> {
        let path = text.rsplit_once("/providers/").map_or(text, |(_, path)| path);
        let parts = segments(path.trim_start_matches('/'));
        let (provider, rest) = parts.split_first()?;
        if !provider.contains('.') || rest.is_empty() || rest.len() % 2 != 0 {
            return None;
        }
        let types: Vec<&str> = rest.iter().step_by(2).copied().collect();
        let names: Vec<&str> = rest.iter().skip(1).step_by(2).copied().collect();
        self.declared(frame, &format!("{provider}/{}", types.join("/")), &names.join("/"))
    }

    /// What `reference(target)` tells of a resource, at a path.
    pub(crate) fn of_reference(
        &self,
        whole: &Expression,
        target: &Expression,
        path: &[SmolStr],
        place: Place,
        context: Context<'_>,
    ) -> Node {
        let value = self.evaluate(target, place, context);
        let id = ref_name(&value).cloned().unwrap_or_default();
        let frames = || std::iter::once(context.frame).chain(0..context.frame);
        let by_id = || {
            frames().find_map(|frame| {
                self.frames.get(frame)?.resources.iter().find(|resource| resource.id == id)
            })
        };
        let by_name = || {
            let name = rendered(&value);
            let resources = &self.frames.get(context.frame)?.resources;
            self.symbol(context.frame, &name).or_else(|| self.named(context.frame, &name)).or_else(
                // The name alone, when only one resource has it.
                || {
                    let mut with_name = resources.iter().filter(|resource| resource.name == name);
                    let only = with_name.next()?;
                    with_name.next().is_none().then_some(only)
                },
            )
        };
        let Some(found) = by_id().or_else(by_name).filter(|found| !found.is_existing) else {
            return unresolved(place, &whole.to_string(), &[value]);
        };
        if let (Some(frame), Some((outputs, [name, rest @ ..]))) = (found.frame, path.split_first())
            && outputs == "outputs"
            && rest.first().is_none_or(|it| it == "value")
        {
            let output = self.frames.get(frame).and_then(|it| it.template.at(&["outputs", name]));
            return match output.and_then(|it| it.get("value")) {
                Some(value) => {
                    let none = Loops::new();
                    self.output(value, frame, &none, context)
                }
                None => unresolved(place, &whole.to_string(), &[value]),
            };
        }
        let attribute = path.join(".");
        let parts = vec![text(place, &found.id), text(place, &attribute)];
        function(place, "Fn::GetAtt", Node::list(place, parts))
    }

    fn output(&self, value: &Node, frame: usize, loops: &Loops, context: Context<'_>) -> Node {
        self.value(value, context.within(frame, loops))
    }

    /// Tells that a template which stands elsewhere was not looked at.
    pub(crate) fn report_linked(&self, place: Place, name: &str) {
        let message = format!(
            "the template that the deployment `{}` links to was not looked at; scan it as a file of \
             its own",
            crate::world::shown(name)
        );
        self.report(Diagnostic::warning(place, message));
    }
}

fn text(place: Place, text: &str) -> Node {
    Node::text(place, text)
}

fn subscription(place: Place, given: Option<&Node>) -> Node {
    given.cloned().unwrap_or_else(|| unresolved(place, "subscription().subscriptionId", &[]))
}

/// `/providers/TYPE/NAME` of a resource that stands elsewhere.
fn existing_path(found: &Declared<'_>) -> String {
    let mut types = found.type_name.split('/');
    let mut path = format!("/providers/{}", types.next().unwrap_or_default());
    let names = segments(&found.name);
    let mut names = names.iter();
    for one in types {
        path.push('/');
        path.push_str(one);
        path.push('/');
        path.push_str(names.next().copied().unwrap_or_default());
    }
    path
}
