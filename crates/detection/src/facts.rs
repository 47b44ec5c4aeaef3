//! What detectors ask of an event, read once.

use std::borrow::Cow;

use audit_event::{AuditEvent, Json, Text};

use crate::network::network;

/// Texts of records are cut to this many bytes before they are kept.
const MOST_BYTES: usize = 512;

/// The facts of an event that has a time.
#[derive(Debug)]
pub(crate) struct Facts<'a> {
    pub(crate) event: &'a AuditEvent<'a>,
    /// Seconds since 1970.
    pub(crate) time: i64,
    /// Whose trail has the record.
    pub(crate) account: Cow<'a, str>,
    pub(crate) region: Cow<'a, str>,
    /// The role behind a session, else the actor's own ARN, else the service that acts.
    pub(crate) principal: Cow<'a, str>,
    /// `sqs` of `sqs.amazonaws.com`
    pub(crate) service: Cow<'a, str>,
    /// The name of the event without the date of the API: `UpdateFunctionCode`.
    pub(crate) action: Cow<'a, str>,
}

impl<'a> Facts<'a> {
    /// `None` of an event without a time, which no detector with a memory can place.
    pub(crate) fn of(event: &'a AuditEvent<'a>) -> Option<Self> {
        let actor = &event.actor;
        let principal = actor.issuer.arn.or(actor.arn).or(actor.invoked_by).or(actor.account);
        let account = event.recipient_account.or(actor.account);
        Some(Self {
            event,
            time: event.time?.0,
            account: text(account),
            region: text(event.region),
            principal: text(principal),
            service: front(text(Some(event.source)), '.'),
            action: undated(text(Some(event.name))),
        })
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.event.error_code.is_some()
    }

    /// The request was refused for want of rights.
    pub(crate) fn is_denied(&self) -> bool {
        self.event.error_code.is_some_and(|it| {
            let code = it.to_str();
            code.contains("AccessDenied") || code.contains("Unauthorized")
        })
    }

    pub(crate) fn user_agent(&self) -> Cow<'a, str> {
        text(self.event.user_agent)
    }

    /// The network that the request came from; `None` when a service or AWS itself made it.
    pub(crate) fn network(&self) -> Option<String> {
        network(&text(self.event.source_ip))
    }

    /// The request came through a service, or from inside of AWS.
    pub(crate) fn is_by_service(&self) -> bool {
        let from = text(self.event.source_ip);
        self.event.actor.invoked_by.is_some()
            || from.ends_with(".amazonaws.com")
            || from == "AWS Internal"
            || self.event.actor.kind.is_some_and(|it| it.is("AWSService"))
    }

    /// A person: a user with a key of its own, a federated user, a session of single sign-on.
    pub(crate) fn is_person(&self) -> bool {
        let kind = text(self.event.actor.kind);
        matches!(&*kind, "IAMUser" | "FederatedUser" | "Root")
            || text(self.event.actor.arn).contains(":assumed-role/AWSReservedSSO_")
    }

    /// A text of the request by its dotted path.
    pub(crate) fn asked(&self, path: &str) -> Option<Cow<'a, str>> {
        self.event.request?.at(path)?.text().map(|it| text(Some(it)))
    }

    /// A text of the answer by its dotted path.
    pub(crate) fn answered(&self, path: &str) -> Option<Cow<'a, str>> {
        self.event.response?.at(path)?.text().map(|it| text(Some(it)))
    }

    /// The ARN of the function that credentials were issued to, which records tell since version 1.11.
    pub(crate) fn issued_to(&self) -> Option<Cow<'a, str>> {
        let scope = self.event.actor.identity?.at("inScopeOf")?;
        let is_function =
            scope.at("issuerType")?.text().is_some_and(|it| it.is("AWS::Lambda::Function"));
        let arn = scope.at("credentialsIssuedTo")?.text()?;
        is_function.then(|| text(Some(arn)))
    }

    /// The function that a request to Lambda is about, as `account:region:name`; a version or alias
    /// behind the name is left out.
    pub(crate) fn function(&self) -> Option<String> {
        let asked = self.asked("functionName").or_else(|| self.answered("functionName"))?;
        let name = function_name(&asked);
        Some(format!("{}:{}:{name}", self.account, self.region))
    }
}

/// `orders` of `arn:aws:lambda:eu-west-1:111122223333:function:orders:3`, of `111122223333:orders`, of
/// `orders:live`.
pub(crate) fn function_name(given: &str) -> &str {
    let rest = given.split_once(":function:").map_or(given, |(_, rest)| rest);
    let mut parts = rest.split(':');
    let first = parts.next().unwrap_or(rest);
    let is_account = first.len() == 12 && first.bytes().all(|it| it.is_ascii_digit());
    if is_account { parts.next().unwrap_or(first) } else { first }
}

/// `UpdateFunctionCode` of `UpdateFunctionCode20150331v2`.
fn undated(name: Cow<'_, str>) -> Cow<'_, str> {
    let bare = name.trim_end_matches("v2").trim_end_matches(|it: char| it.is_ascii_digit());
    let date = name.len() - bare.len();
    if bare.is_empty() || date < 8 {
        return name;
    }
    let end = bare.len();
    match name {
        Cow::Borrowed(name) => Cow::Borrowed(name.get(..end).unwrap_or(name)),
        Cow::Owned(mut name) => {
            name.truncate(end);
            Cow::Owned(name)
        }
    }
}

fn front(text: Cow<'_, str>, end: char) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.split(end).next().unwrap_or(text)),
        Cow::Owned(text) => Cow::Owned(text.split(end).next().unwrap_or(&text).to_owned()),
    }
}

/// A text, cut when it is longer than anybody reads.
pub(crate) fn text(text: Option<Text<'_>>) -> Cow<'_, str> {
    let Some(text) = text else { return Cow::Borrowed("") };
    match text.to_str() {
        Cow::Borrowed(it) => Cow::Borrowed(cut(it)),
        Cow::Owned(it) if it.len() <= MOST_BYTES => Cow::Owned(it),
        Cow::Owned(it) => Cow::Owned(cut(&it).to_owned()),
    }
}

fn cut(text: &str) -> &str {
    text.get(..text.floor_char_boundary(MOST_BYTES)).unwrap_or(text)
}

/// Every text of a value that is one, or a list of them.
pub(crate) fn each_text<'a>(value: Json<'a>, visit: &mut dyn FnMut(Cow<'a, str>)) {
    if let Some(it) = value.text() {
        visit(text(Some(it)));
    }
    for element in value.elements() {
        if let Some(it) = element.text() {
            visit(text(Some(it)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{function_name, undated};

    #[test]
    fn the_date_of_an_api_is_no_part_of_the_name() {
        assert_eq!(undated("UpdateFunctionCode20150331v2".into()), "UpdateFunctionCode");
        assert_eq!(undated("Invoke".into()), "Invoke");
        assert_eq!(undated("ListObjectsV2".into()), "ListObjectsV2");
        assert_eq!(undated("20150331".into()), "20150331");
    }

    #[test]
    fn a_function_has_one_name_in_every_way_it_is_called() {
        for given in [
            "orders",
            "orders:live",
            "111122223333:orders",
            "arn:aws:lambda:eu-west-1:111122223333:function:orders",
            "arn:aws:lambda:eu-west-1:111122223333:function:orders:3",
        ] {
            assert_eq!(function_name(given), "orders", "{given}");
        }
    }
}
