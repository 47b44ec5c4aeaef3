//! One operation of an AWS service, and what AWS asks of its caller.

use iam_policy::{Known, catalogue};

use crate::{
    table,
    template::{ArnTemplate, Filled, Given, Surroundings, numbered},
};

/// One line a service, sorted by id; see `data/SOURCE.md` for the grammar.
static OPERATIONS: &str = include_str!("../data/operations.txt");

/// One line a name that an SDK gives to a service, sorted: `stepfunctions=stepfunctions`.
static SERVICES: &str = include_str!("../data/services.txt");

/// An AWS service as the SDKs know it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Service {
    /// Id that boto3 uses: `s3`, `stepfunctions`, `cognito-idp`.
    pub id: &'static str,
    /// Prefix of most of its actions: `states` of `stepfunctions`.
    pub prefix: &'static str,
    templates: &'static str,
    operations: &'static str,
}

/// One operation of an AWS service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Operation {
    /// The service that offers it.
    pub service: Service,
    /// Its name in AWS's spelling: `PutItem`.
    pub name: &'static str,
    written: &'static str,
}

/// What AWS asks of the caller of an operation.
#[derive(Clone, Debug)]
pub enum Authorisation {
    /// The actions that must be allowed.
    Actions(Needs),
    /// No IAM action is asked.
    NoAction(NoAction),
    /// Nobody told which action it is: a policy that leaves it out may be too small.
    Unmapped,
}

/// Why an operation asks no IAM action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoAction {
    /// The call carries no signature of AWS: `cognito-idp` `InitiateAuth`.
    Unsigned,
    /// Every principal may call it: `sts` `GetCallerIdentity`.
    AlwaysAllowed,
    /// A token of another kind decides: `sso` `GetRoleCredentials`.
    Token,
    /// The SDK does it on its own, no request is sent.
    Local,
}

/// One action that an operation asks.
#[derive(Clone, Copy, Debug)]
pub struct Need {
    /// The action, as the catalogue has it.
    pub action: Known,
    /// When it is asked at all.
    pub when: When,
    /// Asked by another service, with the rights of the caller: `iam:PassRole` of
    /// `lambda` `CreateFunction`.
    pub is_dependent: bool,
    /// Without it the operation still works, only answers less precisely: `s3:ListBucket` makes the
    /// answer for a missing object 404 instead of 403.
    pub is_optional: bool,
    prefix: &'static str,
    templates: &'static str,
    numbers: &'static str,
}

/// A condition on the parameters of the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum When {
    /// Always.
    Always,
    /// Only when this parameter is given.
    Given(&'static str),
    /// Only when this parameter is not given.
    NotGiven(&'static str),
}

/// Finds a service by its id or by any name that an SDK gives it: `stepfunctions`, `SFN`,
/// `SFNClient`, `client-sfn`, `AmazonS3`, `cloudwatchlogs`. Case and separators are ignored.
#[must_use]
pub fn find_service(name: &str) -> Option<Service> {
    if let Some(service) = service_line(name) {
        return Some(service);
    }
    let alias = |name: &str| {
        let line = table::find(SERVICES, '\n', name, |line| {
            line.split_once('=').map_or(line, |(alias, _)| alias)
        })?;
        service_line(line.split_once('=')?.1)
    };
    let known = |name: &str| service_line(name).or_else(|| alias(name));
    let bare = ["AsyncClient", "Client"].iter().find_map(|tail| name.strip_suffix(tail));
    let bare = bare.unwrap_or(name);
    let heads = ["client-", "Amazon", "AWS"];
    let without = heads.iter().find_map(|head| bare.strip_prefix(head));
    alias(name).or_else(|| known(bare)).or_else(|| known(without?))
}

/// Every service, sorted by id.
pub fn services() -> impl Iterator<Item = Service> {
    OPERATIONS.lines().filter_map(parse_line)
}

/// Finds an operation. The service goes by any of its names (see [`find_service`]), the operation by
/// its name with case and underscores ignored, so that `put_item` and `putItem` are found as well.
#[must_use]
pub fn find(service: &str, operation: &str) -> Option<Operation> {
    find_service(service)?.operation(operation)
}

fn service_line(id: &str) -> Option<Service> {
    parse_line(table::find(OPERATIONS, '\n', id, |line| line.split('\t').next().unwrap_or(line))?)
}

fn parse_line(line: &'static str) -> Option<Service> {
    let mut fields = line.split('\t');
    Some(Service {
        id: fields.next()?,
        prefix: fields.next()?,
        templates: fields.next()?,
        operations: fields.next()?,
    })
}

impl Service {
    /// Finds an operation of this service; case and underscores are ignored.
    #[must_use]
    pub fn operation(&self, name: &str) -> Option<Operation> {
        let written = table::find(self.operations, ' ', name, name_of)?;
        Some(Operation { service: *self, name: name_of(written), written })
    }

    /// Every operation of this service, sorted by name.
    pub fn operations(&self) -> impl Iterator<Item = Operation> + use<> {
        let service = *self;
        let words = self.operations.split(' ').filter(|word| !word.is_empty());
        words.map(move |written| Operation { service, name: name_of(written), written })
    }
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The fields behind the id are pages long.
        write!(f, "Service({})", self.id)
    }
}

impl Operation {
    /// What AWS asks of the caller.
    #[must_use]
    pub fn authorisation(&self) -> Authorisation {
        let rest = self.written.get(self.name.len()..).unwrap_or_default();
        let written = match rest.bytes().next() {
            None | Some(b'@') => self.written,
            Some(b'=') => rest.get(1..).unwrap_or_default(),
            Some(b'!') => {
                return match rest.get(1..) {
                    Some("unsigned") => Authorisation::NoAction(NoAction::Unsigned),
                    Some("always") => Authorisation::NoAction(NoAction::AlwaysAllowed),
                    Some("token") => Authorisation::NoAction(NoAction::Token),
                    Some("local") => Authorisation::NoAction(NoAction::Local),
                    _ => Authorisation::Unmapped,
                };
            }
            Some(_) => return Authorisation::Unmapped,
        };
        Authorisation::Actions(Needs { service: self.service, own: self.name, written })
    }

    /// The actions that are asked; none when no action is asked and when nobody told which.
    pub fn needs(&self) -> impl Iterator<Item = Need> + use<> {
        match self.authorisation() {
            Authorisation::Actions(needs) => Some(needs),
            Authorisation::NoAction(_) | Authorisation::Unmapped => None,
        }
        .into_iter()
        .flatten()
    }
}

impl std::fmt::Display for Operation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.service.id, self.name)
    }
}

fn name_of(written: &'static str) -> &'static str {
    let end = written.find(['@', '=', '!', '-']).unwrap_or(written.len());
    written.get(..end).unwrap_or(written)
}

/// The actions that an operation asks, in the order of the table.
#[derive(Clone, Debug)]
pub struct Needs {
    service: Service,
    /// The action that is meant where none is written.
    own: &'static str,
    written: &'static str,
}

impl Iterator for Needs {
    type Item = Need;

    fn next(&mut self) -> Option<Need> {
        while !self.written.is_empty() {
            let (first, rest) = self.written.split_once(';').unwrap_or((self.written, ""));
            self.written = rest;
            if let Some(need) = parse_need(&self.service, self.own, first) {
                return Some(need);
            }
        }
        None
    }
}

fn parse_need(service: &Service, own: &'static str, written: &'static str) -> Option<Need> {
    let (when, written) = split_when(written);
    let (is_optional, written) = strip_mark(written, '~');
    let (is_dependent, written) = strip_mark(written, '+');
    let (action, numbers) = written.split_once('@').unwrap_or((written, ""));
    let (prefix, name) = action.split_once(':').unwrap_or((service.prefix, action));
    let name = if name.is_empty() { own } else { name };
    // The catalogue has the last word: what it does not know is never asked.
    let action = catalogue::find(prefix, name)?;
    Some(Need {
        action,
        when,
        is_dependent,
        is_optional,
        prefix: service.prefix,
        templates: service.templates,
        numbers,
    })
}

fn strip_mark(written: &'static str, mark: char) -> (bool, &'static str) {
    written.strip_prefix(mark).map_or((false, written), |rest| (true, rest))
}

/// Splits `?Parameter>rest` and `!Parameter>rest`.
pub(crate) fn split_when(written: &'static str) -> (When, &'static str) {
    let split = || written.get(1..)?.split_once('>');
    match written.bytes().next() {
        Some(b'?') => split().map(|(name, rest)| (When::Given(name), rest)),
        Some(b'!') => split().map(|(name, rest)| (When::NotGiven(name), rest)),
        _ => None,
    }
    .unwrap_or((When::Always, written))
}

impl Need {
    /// An action that is always asked, on whatever.
    pub(crate) fn bare(action: Known) -> Self {
        Self {
            action,
            when: When::Always,
            is_dependent: false,
            is_optional: false,
            prefix: "",
            templates: "",
            numbers: "",
        }
    }

    /// The shapes of the ARNs that the operation touches; none when only `*` has an effect.
    pub fn resources(&self) -> impl Iterator<Item = ArnTemplate> + use<> {
        numbered(self.prefix, self.templates, self.numbers)
    }
}

impl Need {
    /// Whether the action is asked when the call has the parameters that `given` tells.
    #[must_use]
    pub fn applies<'a>(&self, given: &dyn Fn(&str) -> Given<'a>) -> bool {
        self.when.holds(given)
    }

    /// The ARNs that the call touches, each once; `*` alone when the action has no other resource.
    ///
    /// Templates whose condition fails are left out: an index without `IndexName`.
    #[must_use]
    pub fn arns<'a>(
        &self,
        surroundings: Surroundings<'_>,
        given: &dyn Fn(&str) -> Given<'a>,
    ) -> Vec<Filled> {
        let mut arns: Vec<Filled> = Vec::new();
        for template in self.resources().filter(|template| template.when.holds(given)) {
            let filled = template.fill(surroundings, given);
            if !arns.contains(&filled) {
                arns.push(filled);
            }
        }
        if arns.is_empty() {
            arns.push(Filled { arn: "*".to_owned(), is_exact: !self.action.supports_resource });
        }
        arns
    }
}

impl When {
    /// Whether the condition holds, or may hold, for the parameters that `given` tells.
    #[must_use]
    pub fn holds<'a>(self, given: &dyn Fn(&str) -> Given<'a>) -> bool {
        match self {
            Self::Always => true,
            Self::Given(parameter) => given(parameter) != Given::Absent,
            Self::NotGiven(parameter) => matches!(given(parameter), Given::Absent | Given::Perhaps),
        }
    }
}
