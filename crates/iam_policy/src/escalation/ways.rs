//! The ways up that the policies of one principal open by themselves.

use value::When;

use super::{
    Ask, Certainty, Held, Holder, Name, Need, On, Path, Thing, Wanted, held, held::may_do, paths,
};

/// Whose policies they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Principal {
    /// A role's.
    Role,
    /// A user's, or a group's.
    User,
    /// Not known: a document by itself.
    #[default]
    Any,
}

/// A way up that stands open.
#[derive(Clone, Debug)]
pub struct OpenWay<'a> {
    /// Which.
    pub path: &'static Path,
    /// How sure it is: as sure as its least sure action.
    pub certainty: Certainty,
    /// What opens it: one for each need of the path, in order.
    pub by: Vec<Held<'a>>,
    /// Conditions that must hold, in words.
    pub only_when: Vec<String>,
}

impl OpenWay<'_> {
    /// When all of its statements stand in the deployment.
    #[must_use]
    pub fn when(&self) -> When {
        let all = self.by.iter().try_fold(When::ALWAYS, |when, held| when.and(&held.when));
        all.unwrap_or(When::ALWAYS)
    }
}

/// The ways up that a principal's policies open, whatever else there is in the account; the surest
/// first, of those whose actions hold those of another as sure the shortest only.
///
/// What takes part is taken to be there, as the published paths have it: a role that trusts the
/// service, a function that runs under a stronger role. A way is certain only where the policies
/// take in *every* such thing; where they name some, it is possible.
#[must_use]
pub fn open_ways<'a>(holder: &Holder<'a>, principal: Principal) -> Vec<OpenWay<'a>> {
    let mut open: Vec<OpenWay<'a>> =
        paths().filter_map(|path| open_way(holder, path, principal)).collect();
    let known: Vec<(&Path, Certainty)> = open.iter().map(|it| (it.path, it.certainty)).collect();
    open.retain(|way| {
        !known
            .iter()
            .any(|(path, certainty)| way.path.is_longer_than(path) && *certainty <= way.certainty)
    });
    open.sort_by_key(|way| (way.certainty, way.path.kind));
    open
}

fn open_way<'a>(
    holder: &Holder<'a>,
    path: &'static Path,
    principal: Principal,
) -> Option<OpenWay<'a>> {
    // Names of what is wanted cost more than actions that no statement has.
    if !path.needs.iter().all(|need| may_do(holder, need.action)) {
        return None;
    }
    let ask = Ask { passed_to: path.trusts };
    let mut way =
        OpenWay { path, certainty: Certainty::Certain, by: Vec::new(), only_when: Vec::new() };
    if path.is_for_users() && principal == Principal::Role {
        way.certainty = Certainty::Conditional;
        way.only_when.push("whoever has the role also acts as that user".to_owned());
    }
    let mut when = When::ALWAYS;
    for need in path.needs {
        let found = held(holder, need.action, &generic(*need), &ask)?;
        when = when.and(&found.when)?;
        way.certainty = way.certainty.max(found.certainty);
        for words in &found.only_when {
            if !way.only_when.contains(words) {
                way.only_when.push(words.clone());
            }
        }
        way.by.push(found);
    }
    names_agree(path, &way.by).then_some(way)
}

/// Whether what one action makes or changes may be what the others of the path work on.
#[must_use]
pub fn names_agree(path: &Path, by: &[Held<'_>]) -> bool {
    let pairs = path.needs.iter().zip(by);
    let things: Vec<(On, &Held<'_>)> = pairs.map(|(need, held)| (need.on, held)).collect();
    things.iter().enumerate().all(|(at, (on, held))| {
        let is_thing = matches!(on, On::New(_) | On::Running(_) | On::User | On::Role);
        let later = things.get(at + 1..).unwrap_or_default();
        !is_thing
            || later
                .iter()
                .filter(|(other, _)| other == on)
                .all(|(_, other)| held.may_share_with(other))
    })
}

/// What a need is wanted on when nothing is known but the policies: anything of the kind.
#[must_use]
pub fn generic(need: Need) -> Wanted {
    let iam = |begin: &str, name: &str| {
        Name::new(&format!("arn:aws:iam::${{AWS::AccountId}}:{begin}/${{{name}}}"))
    };
    match need.on {
        On::Own if need.action.contains("User") => Wanted::One(iam("user", "Own")),
        On::Own => Wanted::One(iam("role", "Own")),
        On::OwnPolicy => Wanted::One(iam("policy", "OwnPolicy")),
        On::OwnGroup => Wanted::One(iam("group", "OwnGroup")),
        On::Role => Wanted::Another(iam("role", "Other")),
        On::RolePolicy => Wanted::Another(iam("policy", "Other")),
        On::User => Wanted::Another(iam("user", "Other")),
        On::Group => Wanted::Another(iam("group", "Other")),
        On::Running(thing) => Wanted::Another(Name::new(&thing.arn("${Other}"))),
        On::New(thing) => new_thing(thing),
        On::Everything => Wanted::Everything,
    }
}

/// Something of any name that does not exist yet.
#[must_use]
pub fn new_thing(thing: Thing) -> Wanted {
    Wanted::New(Name::new(&thing.arn("*")))
}
