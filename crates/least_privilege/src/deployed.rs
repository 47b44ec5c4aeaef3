//! By which names an account knows a function and its role.

use app_model::Function;
use cloud_names::{Pattern, Piece, pieces};
use trail_usage::Principal;

use crate::{Names, names::texts};

/// By which names logs and trails may know a function and its role.
#[derive(Debug)]
pub struct DeployedNames {
    /// Globs of the ARN or of the name of the role.
    roles: Vec<Pattern>,
    /// The function's name, which Lambda gives to its log group and its sessions, too.
    function: FunctionName,
}

#[derive(Debug)]
enum FunctionName {
    /// As the template gives it, its holes `*`.
    Given(Pattern),
    /// CloudFormation makes it of the stack's name, the logical name and random letters.
    Made(String),
}

impl DeployedNames {
    /// The names of a function of the application.
    #[must_use]
    pub fn of(names: &Names<'_>, function: &Function) -> Self {
        let role = match names.app().role_of(function) {
            Some(role) => {
                let made = format!("*-{}-*", role.name);
                let name = names.name(&role.name).filter(|name| !name.starts_with("${"));
                vec![name.map_or(made, |name| glob(&names.key(&name)))]
            }
            None => function
                .role_arn
                .iter()
                .flat_map(|arn| texts(&arn.value))
                .filter_map(|arn| arn.rsplit('/').next().map(glob))
                .filter(|name| !name.trim_matches('*').is_empty())
                .collect(),
        };
        let name = names.name(&function.name).filter(|name| !name.starts_with("${"));
        let name = name.map(|name| glob(&names.key(&name)));
        let given = name.filter(|name| !name.trim_matches('*').is_empty());
        Self {
            roles: role.iter().map(|role| Pattern::ignoring_case(role)).collect(),
            function: match given {
                Some(name) => FunctionName::Given(Pattern::ignoring_case(&name)),
                None => FunctionName::Made(function.name.to_string()),
            },
        }
    }

    /// The name that the template gives, when it has no holes.
    #[must_use]
    pub fn exact(&self) -> Option<&str> {
        match &self.function {
            FunctionName::Given(pattern) if !pattern.has_wildcard() => Some(pattern.as_str()),
            _ => None,
        }
    }

    /// The logical name, when CloudFormation makes the name.
    #[must_use]
    pub fn logical(&self) -> Option<&str> {
        match &self.function {
            FunctionName::Made(logical) => Some(logical),
            FunctionName::Given(_) => None,
        }
    }

    /// Whether a function of the account with this name may be it: the name that the template gives, the
    /// logical name itself (as local tools use it), or what CloudFormation makes of that.
    #[must_use]
    pub fn is_function(&self, name: &str) -> bool {
        match &self.function {
            FunctionName::Given(pattern) => pattern.matches(name),
            FunctionName::Made(logical) => name == logical || is_made_of(name, logical),
        }
    }

    /// Whether a principal of a trail may be its role.
    #[must_use]
    pub fn is_role(&self, principal: &Principal) -> bool {
        if principal.kind != "Role" {
            return false;
        }
        let name = principal.role_name().unwrap_or_default();
        self.roles.iter().any(|role| role.matches(name))
            || principal.sessions.some.iter().any(|session| self.is_function(session))
    }
}

/// Whether a name is what CloudFormation makes of a logical name: `STACK-LOGICAL-RANDOM`, where the logical
/// name may be cut to fit 64 characters.
fn is_made_of(name: &str, logical: &str) -> bool {
    let Some((front, random)) = name.rsplit_once('-') else { return false };
    let is_random =
        (8..=13).contains(&random.len()) && random.bytes().all(|it| it.is_ascii_alphanumeric());
    let Some((stack, middle)) = front.rsplit_once('-') else { return false };
    let is_cut = middle.len() >= 8 && logical.starts_with(middle) && name.len() >= 60;
    is_random && !stack.is_empty() && (middle == logical || is_cut)
}

/// A text whose holes are `*`.
fn glob(text: &str) -> String {
    pieces(text)
        .map(|piece| match piece {
            Piece::Text(text) => text,
            Piece::Placeholder(_) => "*",
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::is_made_of;

    #[test]
    fn a_name_of_cloudformation_holds_the_logical_name_between_stack_and_random_letters() {
        assert!(is_made_of("shop-CreateOrder-1A2B3C4D5E6F", "CreateOrder"));
        assert!(is_made_of("my-shop-CreateOrder-abCDefGH1234", "CreateOrder"));
        assert!(!is_made_of("shop-CreateOrder-V2-1A2B3C4D5E6F", "CreateOrder"));
        assert!(!is_made_of("shop-CreateOrderV2-1A2B3C4D5E6F", "CreateOrder"));
        assert!(!is_made_of("CreateOrder-1A2B3C4D5E6F", "CreateOrder"));
        assert!(!is_made_of("shop-CreateOrder-short", "CreateOrder"));
        let stack = "a-long-name-of-a-stack-in-europe";
        let logical = "TakesOrdersOfCustomersAndTellsThemWhen";
        assert!(is_made_of(&format!("{stack}-TakesOrdersOfCus-1A2B3C4D5E6F"), logical));
        assert!(!is_made_of("shop-TakesOrdersOfCus-1A2B3C4D5E6F", logical));
    }
}
