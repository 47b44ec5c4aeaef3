//! What is asked: who wants to do what with which resource, under which circumstances.

use std::{borrow::Cow, collections::BTreeMap};

use cloud_names::{Arn, is_account_id};
use smol_str::SmolStr;

use crate::{PrincipalId, PrincipalType};

/// One request to AWS.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Who asks.
    pub principal: PrincipalId,
    /// `s3:GetObject`; IAM ignores its case.
    pub action: SmolStr,
    /// ARN of the resource; `*` for actions that have none.
    pub resource: SmolStr,
    /// The account that owns the resource, twelve digits. `None`: the one in its ARN, else the
    /// account of the principal, as AWS's own policy simulator takes it.
    pub resource_account: Option<SmolStr>,
    /// The condition keys of the request.
    pub context: Context,
}

/// The condition keys of a request and their values. The case of keys is ignored.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Context {
    keys: BTreeMap<SmolStr, Vec<SmolStr>>,
    is_open: bool,
}

/// What a request says about a condition key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found<'a> {
    /// Its values, at least one.
    Values(Cow<'a, [SmolStr]>),
    /// The request does not have the key, or has it without a value.
    Absent,
    /// It is not known whether the request has the key.
    Unknown,
}

impl Context {
    /// A context of which nothing is known: a key that is not set may have any value or none.
    #[must_use]
    pub fn open() -> Self {
        Self { is_open: true, ..Self::default() }
    }

    /// Whether keys that are not set may have any value.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// Sets a key to its values; no value means that the request certainly lacks the key.
    pub fn set<T: Into<SmolStr>>(&mut self, key: &str, values: impl IntoIterator<Item = T>) {
        let values = values.into_iter().map(Into::into).collect();
        self.keys.insert(key.to_ascii_lowercase().into(), values);
    }

    /// The same with one more key.
    #[must_use]
    pub fn with<T: Into<SmolStr>>(
        mut self,
        key: &str,
        values: impl IntoIterator<Item = T>,
    ) -> Self {
        self.set(key, values);
        self
    }

    /// What is known of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Found<'_> {
        let values = if key.bytes().any(|byte| byte.is_ascii_uppercase()) {
            self.keys.get(key.to_ascii_lowercase().as_str())
        } else {
            self.keys.get(key)
        };
        match values {
            Some(values) if values.is_empty() => Found::Absent,
            Some(values) => Found::Values(Cow::Borrowed(values)),
            None if self.is_open => Found::Unknown,
            None => Found::Absent,
        }
    }

    /// The keys in lower case with their values, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&SmolStr, &[SmolStr])> {
        self.keys.iter().map(|(key, values)| (key, values.as_slice()))
    }
}

impl<K: AsRef<str>, V: Into<SmolStr>> FromIterator<(K, Vec<V>)> for Context {
    fn from_iter<T: IntoIterator<Item = (K, Vec<V>)>>(pairs: T) -> Self {
        let mut context = Self::default();
        for (key, values) in pairs {
            context.set(key.as_ref(), values);
        }
        context
    }
}

impl Request {
    /// A request of which only the three main parts are known; the context is empty.
    #[must_use]
    pub fn new(
        principal: PrincipalId,
        action: impl Into<SmolStr>,
        resource: impl Into<SmolStr>,
    ) -> Self {
        Self {
            principal,
            action: action.into(),
            resource: resource.into(),
            resource_account: None,
            context: Context::default(),
        }
    }

    /// The account that certainly owns the resource: the given one, or the one in its ARN.
    #[must_use]
    pub fn known_resource_account(&self) -> Option<Cow<'_, str>> {
        if let Some(account) = &self.resource_account {
            return Some(Cow::Borrowed(account));
        }
        let account = Arn::parse(&self.resource).ok()?.account;
        is_account_id(&account).then(|| Cow::Owned(account.to_string()))
    }

    /// What the request says about a condition key: what its context sets, else what follows from
    /// the principal and the resource for certain.
    #[must_use]
    pub fn find_key(&self, key: &str) -> Found<'_> {
        match self.context.get(key) {
            Found::Values(values) => return Found::Values(values),
            // The context says that the key is not there.
            Found::Absent if self.context.keys.contains_key(&*key.to_ascii_lowercase()) => {
                return Found::Absent;
            }
            _ => {}
        }
        match self.derived_key(key) {
            Some(value) => Found::Values(Cow::Owned(vec![value])),
            None if self.context.is_open => Found::Unknown,
            None => Found::Absent,
        }
    }

    /// Global keys that follow from who asks and for what. What would have to be guessed (tags, the
    /// organisation, the unique id of a role) is not among them.
    fn derived_key(&self, key: &str) -> Option<SmolStr> {
        let key = key.strip_prefix("aws:").or_else(|| key.strip_prefix("AWS:"))?;
        let principal = &self.principal;
        let is = |name: &str| key.eq_ignore_ascii_case(name);
        if is("PrincipalArn") {
            principal.principal_arn()
        } else if is("PrincipalAccount") {
            principal.account.clone()
        } else if is("PrincipalType") {
            principal.principal_type_key().map(SmolStr::new_static)
        } else if is("username") {
            match principal.kind() {
                PrincipalType::User { name } => Some(name.into()),
                _ => None,
            }
        } else if is("PrincipalIsAWSService") {
            let is_service = matches!(principal.kind(), PrincipalType::Service);
            Some(SmolStr::new_static(if is_service { "true" } else { "false" }))
        } else if is("PrincipalServiceName") {
            matches!(principal.kind(), PrincipalType::Service).then(|| principal.name.clone())
        } else if is("ResourceAccount") {
            self.known_resource_account().map(SmolStr::from)
        } else {
            None
        }
    }
}
