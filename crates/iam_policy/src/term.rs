//! One text of a policy: an action, a resource, a principal or a condition value.

use cloud_names::{Breadth, Pattern, breadth, has_placeholder, is_only_wildcards};
use smol_str::SmolStr;
use source_text::Place;
use value::{Reference, Value, When};

use crate::ActionPattern;
use crate::catalogue::{self, Known};

/// One text of a policy, as far as the input tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// The text; in the notation of `Fn::Sub` (`arn:aws:s3:::${Bucket}/*`) when not resolved.
    pub text: SmolStr,
    /// Where it is written.
    pub place: Place,
    /// Whether the text is what IAM will see. A resolved text may still hold policy variables
    /// such as `${aws:username}`.
    pub resolved: bool,
    /// When it stands there.
    pub when: When,
    /// What it refers to, in order.
    pub references: Vec<Reference>,
}

impl Term {
    /// A text that is what IAM will see, in every deployment.
    #[must_use]
    pub fn known(place: Place, text: impl Into<SmolStr>) -> Self {
        Self {
            text: text.into(),
            place,
            resolved: true,
            when: When::ALWAYS,
            references: Vec::new(),
        }
    }

    /// A text that only deployment completes.
    #[must_use]
    pub fn unresolved(place: Place, text: impl Into<SmolStr>, references: Vec<Reference>) -> Self {
        Self { text: text.into(), place, resolved: false, when: When::ALWAYS, references }
    }

    /// Every text that a value may be, each with its condition.
    #[must_use]
    pub fn from_value(place: Place, value: &Value<SmolStr>) -> Vec<Self> {
        if let Value::Unresolved(expression) = value {
            let text = &expression.text;
            // An expression of another language is no text with gaps; it is a gap as a whole.
            let text = if text.contains("${") {
                text.clone()
            } else {
                smol_str::format_smolstr!("${{{}}}", text.replace(['{', '}'], ""))
            };
            return vec![Self::unresolved(place, text, expression.references.clone())];
        }
        value
            .possible()
            .map(|(when, text)| Self { when: when.clone(), ..Self::known(place, text.clone()) })
            .collect()
    }

    /// The same, standing only under a further condition; `None` when both contradict.
    #[must_use]
    pub fn under(mut self, when: &When) -> Option<Self> {
        self.when = self.when.and(when)?;
        Some(self)
    }

    /// Whether it is `*`.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        is_only_wildcards(&self.text)
    }

    /// The text read as an action pattern, `s3:Get*`; `None` when it is not one (or not yet).
    #[must_use]
    pub fn action(&self) -> Option<ActionPattern> {
        ActionPattern::parse(&self.text)
    }

    /// Whether, as an action, it is every action of every service: `*`, `*:*`.
    #[must_use]
    pub fn is_every_action(&self) -> bool {
        self.action().is_some_and(|action| action.is_everything())
    }

    /// The service of which, as an action, it is every action: `s3` of `s3:*`.
    #[must_use]
    pub fn whole_service(&self) -> Option<SmolStr> {
        self.action()?.whole_service().map(SmolStr::from)
    }

    /// Whether, as an action, it picks actions by a wildcard: `s3:Get*`, `s3:*`, `*`.
    #[must_use]
    pub fn has_action_wildcard(&self) -> bool {
        self.action().is_some_and(|action| action.has_wildcard())
    }

    /// Whether, as an action, it certainly takes in `action` (`s3:GetObject`; case is ignored).
    #[must_use]
    pub fn matches_action(&self, action: &str) -> bool {
        // Most terms are of another service: their first letter tells.
        if let (Some(own), Some(asked)) = (self.text.bytes().next(), action.bytes().next())
            && own.is_ascii_alphanumeric()
            && !own.eq_ignore_ascii_case(&asked)
        {
            return false;
        }
        if !self.text.contains(['*', '?', '$']) {
            return self.text.eq_ignore_ascii_case(action);
        }
        // Most terms are of another service: no glob need be built for them.
        if let (Some((own, _)), Some((asked, _))) =
            (self.text.split_once(':'), action.split_once(':'))
            && !own.contains(['*', '?', '$'])
            && !own.eq_ignore_ascii_case(asked)
        {
            return false;
        }
        self.action_glob().matches(action)
    }

    /// The actions of AWS that, as an action, it certainly takes in; none for an open text.
    pub fn known_actions(&self) -> impl Iterator<Item = Known> {
        catalogue::expand(&self.text)
    }

    /// Whether `Resource` could limit some action that it takes in.
    ///
    /// `false`: only `*` has an effect on any of them (`ec2:DescribeInstances`), so a wildcard
    /// resource is no flaw. `None`: AWS has no such action, or the text is open.
    #[must_use]
    pub fn supports_resource(&self) -> Option<bool> {
        let mut known = self.known_actions().peekable();
        known.peek()?;
        Some(known.any(|action| action.supports_resource))
    }

    /// The text as a glob of actions. `*:*` is every action, as in [`Self::is_every_action`].
    #[must_use]
    pub fn action_glob(&self) -> Pattern {
        Pattern::ignoring_case(&self.text)
    }

    /// The text as a glob of resources.
    #[must_use]
    pub fn resource_glob(&self) -> Pattern {
        Pattern::new(&self.text)
    }

    /// How much, as a resource, it certainly takes in.
    #[must_use]
    pub fn breadth(&self) -> Breadth {
        breadth(&self.text)
    }

    /// Whether it is open: some of the text is known only to the deployment.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.resolved && has_placeholder(&self.text)
    }
}
