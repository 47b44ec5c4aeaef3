//! A function that code declares, whatever the language, in the words of `function.json`.

use app_model::{
    Auth, Exposure, Expression, Function, FunctionApp, SmolStr, Text, Trigger, TriggerKind, Value,
};
use source_text::Place;

/// One function of a project.
#[derive(Clone, Debug, PartialEq)]
pub struct Declared {
    /// Its name.
    pub name: SmolStr,
    /// Type of the binding that starts it: `httpTrigger`.
    pub kind: SmolStr,
    /// Who may call it.
    pub level: Level,
    /// Methods of HTTP in capitals; empty for all.
    pub methods: Vec<SmolStr>,
    /// Route below the prefix; its name when nothing is said.
    pub route: Option<SmolStr>,
    /// What sends the event, or the schedule.
    pub source: Option<Text>,
    /// Where the trigger is written.
    pub place: Place,
}

/// What a caller of an HTTP function must show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Level {
    /// Nothing is said: the level of the app, or the platform's default.
    #[default]
    Unsaid,
    /// In small letters: `anonymous`, `function`, `admin`.
    Known(SmolStr),
    /// It is said in a way that is not followed.
    Unknown,
}

impl Level {
    /// A level by the last word of what is written: `func.AuthLevel.ANONYMOUS`.
    pub(crate) fn of(word: Option<&str>) -> Self {
        let lower = word.map(str::to_ascii_lowercase);
        match lower.as_deref() {
            Some(known @ ("anonymous" | "function" | "admin" | "system" | "user")) => {
                Self::Known(known.into())
            }
            _ => Self::Unknown,
        }
    }
}

/// What is said for all functions of a project.
#[derive(Clone, Debug)]
pub(crate) struct Shared<'a> {
    /// The app that runs them.
    pub(crate) function: &'a Function,
    /// What the template says of it.
    pub(crate) app: &'a FunctionApp,
    /// Level of HTTP functions that say none.
    pub(crate) level: Level,
    /// First part of every route, without slashes; `api` unless `host.json` says otherwise.
    pub(crate) prefix: &'a str,
}

impl Declared {
    /// The trigger in the model; nothing when its type starts nothing.
    pub(crate) fn trigger(&self, shared: &Shared<'_>) -> Option<Trigger> {
        let (kind, invocation) = load_azure::kind_of(&self.kind)?;
        let mut trigger = Trigger {
            function: shared.function.name.clone(),
            kind,
            place: self.place,
            when: shared.function.when.clone(),
            route: Some(self.name.to_string()),
            auth: Auth::Service,
            exposure: Exposure::Service,
            invocation,
            source: self.source.clone(),
            ..Trigger::default()
        };
        if kind == TriggerKind::Http {
            trigger.source = None;
            trigger.route = Some(self.path(shared.prefix));
            trigger.exposure = shared.app.exposure;
            let level = if self.level == Level::Unsaid { &shared.level } else { &self.level };
            trigger.auth = auth(level, shared.app.asks_for_login);
        } else if kind == TriggerKind::Schedule {
            trigger.route = self.source.as_ref().map(|source| source.display().to_owned());
            trigger.source = None;
        }
        Some(trigger)
    }

    fn path(&self, prefix: &str) -> String {
        let methods =
            if self.methods.is_empty() { "ANY".to_owned() } else { self.methods.join("|") };
        let route = self.route.as_ref().unwrap_or(&self.name);
        let slash = if prefix.is_empty() { "" } else { "/" };
        format!("{methods} {slash}{prefix}/{}", route.trim_start_matches('/'))
    }
}

/// A key of the function or the host is asked for unless the level is `anonymous`.
pub(crate) fn auth(level: &Level, asks_for_login: bool) -> Auth {
    match level {
        Level::Unknown => Auth::Unknown,
        Level::Known(level) if level == "anonymous" => signed_in(asks_for_login),
        Level::Known(_) | Level::Unsaid => Auth::ApiKey,
    }
}

/// What is asked of those of whom the function asks nothing.
pub(crate) fn signed_in(asks_for_login: bool) -> Auth {
    if asks_for_login {
        Auth::Jwt(SmolStr::new_static("App Service authentication"))
    } else {
        Auth::None
    }
}

/// Text that is known, or an expression that is not followed.
pub(crate) fn text(known: Option<SmolStr>) -> Text {
    known.map_or_else(|| Value::Unresolved(Expression::opaque("…")), Value::Known)
}
