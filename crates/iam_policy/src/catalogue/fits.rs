//! Whether a resource of a statement can be one that an action works on.

use cloud_names::{Arn, Breadth, Piece, breadth, is_only_wildcards, pieces};

use super::{AccessLevel, Known, ResourceType, find_action, resource_types};

/// Longest resource that is compared, in bytes; a policy has 20,480 characters at most.
const MAX_RESOURCE: usize = 20_480;

/// Holes of ARN shapes whose names certainly hold neither `/` nor `:`, by the naming rules of S3,
/// `DynamoDB` and SQS. Other holes may hold paths (`${RoleNameWithPath}`, `${SecretId}`), and so are
/// taken to be any text.
const PLAIN_NAMES: [&str; 3] = ["BucketName", "TableName", "QueueName"];

/// Types that are also asked without a region, as a model of Bedrock is behind a global inference
/// profile, wherever the request goes (Bedrock User Guide, "Global cross-Region inference").
const ALSO_WITHOUT_REGION: [(&str, &str); 1] = [("bedrock", "foundation-model")];

/// Whether a resource can be one that an action works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// Some resource of the action matches.
    Yes,
    /// None does: the statement never applies to the action.
    No,
    /// What deployment fills in decides, or AWS has no such action.
    Unknown,
}

/// A resource of a statement, ready to be compared with the shapes of ARNs.
#[derive(Clone, Debug)]
pub struct ResourceGlob {
    /// It is `*`, or several.
    is_everything: bool,
    /// It takes in every resource of a service or of a type: `arn:aws:s3:::*`, `role/*`.
    is_wide: bool,
    /// Too long, or nothing but what deployment fills in.
    is_unknown: bool,
    /// The service as ARNs spell it, when it is written out.
    service: Option<String>,
    /// With placeholders as names, then as any text.
    narrow: Vec<Token>,
    wide: Vec<Token>,
}

/// Which characters a stretch may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Any,
    NoColon,
    NoSeparator,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Char(char),
    One(Class),
    Many(Class),
}

/// Whether `resource` (`arn:aws:s3:::photos/*`, placeholders and wildcards allowed) can be one that
/// `action` (`s3:GetObject`) works on.
///
/// An action without resource-level permissions works on `*`; whether it also works on all resources
/// of its service or of a type is not documented, and differs. See [`ResourceGlob::fits`].
#[must_use]
pub fn fits(action: &str, resource: &str) -> Fit {
    find_action(action).map_or(Fit::Unknown, |known| ResourceGlob::new(resource).fits(known))
}

impl ResourceGlob {
    /// Reads a resource as a statement has it. Missing parts at the end of an ARN are `*`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        // What is no ARN at all, `<your arn>`, is for the grammar to tell.
        let is_no_arn = !text.starts_with("arn:") && !text.contains(['*', '?', '$']);
        let is_unknown = text.len() > MAX_RESOURCE
            || is_no_arn
            || (!text.is_empty() && pieces(text).all(|p| matches!(p, Piece::Placeholder(_))));
        let mut glob = Self {
            is_everything: is_only_wildcards(text),
            is_wide: false,
            is_unknown,
            service: None,
            narrow: Vec::new(),
            wide: Vec::new(),
        };
        if is_unknown || glob.is_everything {
            return glob;
        }
        let completed = Arn::parse_pattern(text);
        let whole = completed.as_ref().map_or_else(|_| text.to_owned(), ToString::to_string);
        if let Ok(arn) = completed {
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
            glob.is_wide = is_wide(&whole, &arn);
            glob.service = arn.service.bytes().all(is_plain).then(|| arn.service.to_string());
        }
        glob.narrow = written_tokens(&whole, Class::NoColon);
        glob.wide = written_tokens(&whole, Class::Any);
        glob
    }

    /// Whether it can be a resource that an action works on.
    ///
    /// A no is certain as far as AWS's catalogue is: `*` spans whatever it may, holes of the shapes
    /// are any text but for region, account and a few plain names. Yes means that some ARN matches,
    /// not that it exists.
    #[must_use]
    pub fn fits(&self, action: Known) -> Fit {
        if self.is_everything {
            return Fit::Yes;
        }
        if self.is_unknown {
            return Fit::Unknown;
        }
        if action.supports_resource {
            return self.fits_types(action.resource_types().map(|used| used.resource));
        }
        if self.is_wide || self.is_named_by(action) { Fit::Unknown } else { Fit::No }
    }

    /// Whether an action that has no resource types, and yet changes something, has the name of a
    /// type that the resource is of: the reference then seems to lag behind.
    fn is_named_by(&self, action: Known) -> bool {
        let name = action.name.to_ascii_lowercase();
        let names = |kind: &ResourceType| {
            name.contains(&kind.name.replace(['-', ' '], "").to_ascii_lowercase())
        };
        !matches!(action.level, AccessLevel::List | AccessLevel::Read)
            && self.fits_types(resource_types(action.service).filter(names)) != Fit::No
    }

    fn fits_types(&self, types: impl Iterator<Item = ResourceType>) -> Fit {
        let mut best = Fit::No;
        for kind in types {
            if !kind.may_be_of(self.service.as_deref()) {
                continue;
            }
            let is_global = ALSO_WITHOUT_REGION.contains(&(kind.service, kind.name));
            let global = kind.arns().filter(|_| is_global).map(|arn| arn.replace("${Region}", ""));
            for shape in kind.arns().chain(global) {
                let shape = shape_tokens(&shape);
                if overlaps(&self.narrow, &shape) {
                    return Fit::Yes;
                }
                if overlaps(&self.wide, &shape) {
                    best = Fit::Unknown;
                }
            }
        }
        best
    }
}

/// Whether an ARN takes in all resources of its service or of one type.
///
/// `iam:ListRoles` has no resource-level permissions and yet is asked of `role/`, and
/// `dynamodb:ListTables` of `table/*`, as their messages of refusal show.
fn is_wide(text: &str, arn: &Arn) -> bool {
    match breadth(text) {
        Breadth::Everything | Breadth::Service { .. } | Breadth::Type { .. } => true,
        Breadth::Part => {
            let head = arn.resource.split(['*', '?']).next().unwrap_or_default();
            !matches!(arn.service.as_str(), "s3" | "sns" | "sqs") && !head.contains([':', '/', '$'])
        }
        _ => false,
    }
}

fn written_tokens(text: &str, placeholder: Class) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len());
    for piece in pieces(text) {
        match piece {
            Piece::Placeholder("*") => tokens.push(Token::Char('*')),
            Piece::Placeholder("?") => tokens.push(Token::Char('?')),
            Piece::Placeholder("$") => tokens.push(Token::Char('$')),
            Piece::Placeholder(_) => tokens.push(Token::Many(placeholder)),
            Piece::Text(written) => {
                tokens.extend(written.chars().map(|character| match character {
                    '*' => Token::Many(Class::Any),
                    '?' => Token::One(Class::Any),
                    other => Token::Char(other),
                }));
            }
        }
    }
    tokens.dedup_by(|a, b| a == b && matches!(a, Token::Many(_)));
    tokens
}

fn shape_tokens(shape: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(shape.len());
    for piece in pieces(shape) {
        match piece {
            Piece::Placeholder(name) => {
                let class = match name {
                    "Partition" | "Region" | "Account" => Class::NoSeparator,
                    name if PLAIN_NAMES.contains(&name) => Class::NoSeparator,
                    _ => Class::Any,
                };
                tokens.extend([Token::One(class), Token::Many(class)]);
            }
            Piece::Text(written) => {
                tokens.extend(written.chars().map(|character| match character {
                    '*' => Token::Many(Class::Any),
                    other => Token::Char(other),
                }));
            }
        }
    }
    tokens
}

/// Whether some text matches both. Time grows with the product of both lengths.
fn overlaps(left: &[Token], right: &[Token]) -> bool {
    let width = right.len() + 1;
    // `row[j]`: the tokens of `left` read so far and the first `j` of `right` have a common text.
    let mut row = vec![false; width];
    if let Some(first) = row.first_mut() {
        *first = true;
    }
    skip_stretches(&mut row, None, right);
    for token in left {
        let mut next = vec![false; width];
        if let Token::Many(_) = token {
            next.clone_from(&row);
        }
        for (at, other) in right.iter().enumerate() {
            let (before, inside) = (row.get(at) == Some(&true), row.get(at + 1) == Some(&true));
            let reads = match (token, other) {
                // A stretch of `left` reads on while `right` moves: done by `skip_stretches`.
                (Token::Many(_), _) => false,
                (single, Token::Many(class)) => {
                    let stays = (before || inside) && class.holds(*single);
                    if stays && let Some(cell) = next.get_mut(at) {
                        *cell = true;
                    }
                    stays
                }
                (Token::Char(a), Token::Char(b)) => before && a == b,
                (Token::One(class), single) | (single, Token::One(class)) => {
                    before && class.holds(*single)
                }
            };
            if reads && let Some(cell) = next.get_mut(at + 1) {
                *cell = true;
            }
        }
        skip_stretches(&mut next, Some(*token), right);
        row = next;
    }
    row.last() == Some(&true)
}

/// Lets `right` move on where its stretch is empty, or where the stretch of `left` takes its token.
fn skip_stretches(row: &mut [bool], token: Option<Token>, right: &[Token]) {
    for (at, other) in right.iter().enumerate() {
        let moves = match (token, other) {
            (_, Token::Many(_)) => true,
            (Some(Token::Many(class)), single) => class.holds(*single),
            _ => false,
        };
        if moves
            && row.get(at) == Some(&true)
            && let Some(cell) = row.get_mut(at + 1)
        {
            *cell = true;
        }
    }
}

impl Class {
    /// Whether a token of one character can be one of the class.
    fn holds(self, token: Token) -> bool {
        !matches!(
            (self, token),
            (Self::NoColon | Self::NoSeparator, Token::Char(':'))
                | (Self::NoSeparator, Token::Char('/'))
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{Fit, fits};

    #[test]
    fn a_resource_of_another_type_does_not_fit() {
        for (action, resource, expected) in [
            ("s3:GetObject", "arn:aws:s3:::photos/*", Fit::Yes),
            ("s3:GetObject", "arn:aws:s3:::photos*", Fit::Yes),
            ("s3:GetObject", "arn:aws:s3:::photos", Fit::No),
            ("s3:ListBucket", "arn:aws:s3:::photos", Fit::Yes),
            ("s3:ListBucket", "arn:aws:s3:::photos/*", Fit::No),
            ("s3:ListBucket", "arn:aws:s3:::*", Fit::Yes),
            ("s3:ListBucket", "arn:aws:s3", Fit::Yes),
            ("s3:ListAllMyBuckets", "arn:aws:s3:::photos", Fit::No),
            ("s3:ListAllMyBuckets", "*", Fit::Yes),
            ("s3:ListAllMyBuckets", "arn:aws:s3:::*", Fit::Unknown),
            ("s3:ListAllMyBuckets", "arn:aws:s3:::photos/*", Fit::No),
            ("iam:ListRoles", "arn:aws:iam::111122223333:role/*", Fit::Unknown),
            ("dynamodb:ListTables", "arn:aws:dynamodb:r:1:table/Orders", Fit::No),
            ("dynamodb:PutItem", "arn:aws:dynamodb:*:*:table/Orders", Fit::Yes),
            ("dynamodb:PutItem", "arn:aws:dynamodb:*:*:table/Orders/index/*", Fit::No),
            ("dynamodb:Query", "arn:aws:dynamodb:*:*:table/Orders/index/*", Fit::Yes),
            ("dynamodb:PutItem", "arn:aws:dynamodb:::table/Orders", Fit::No),
            ("sqs:SendMessage", "arn:aws:sns:*:*:orders", Fit::No),
            ("bedrock:InvokeModel", "arn:aws:bedrock:::foundation-model/a", Fit::Yes),
            ("bedrock:InvokeModel", "arn:aws:bedrock:::agent/a", Fit::No),
            ("iam:PassRole", "arn:aws:iam::111122223333:role/service-role/a", Fit::Yes),
            ("iam:PassRole", "arn:aws:iam::111122223333:user/a", Fit::No),
            ("logs:PutLogEvents", "arn:aws:logs:*:*:*", Fit::Yes),
            ("lambda:InvokeFunction", "arn:aws:lambda:r:1:function:f:prod", Fit::Yes),
            ("kms:Decrypt", "arn:?ws:kms:*:*:key/*", Fit::Yes),
            ("s3:NoSuchAction", "*", Fit::Unknown),
            ("s3:GetObject", "<your bucket>", Fit::Unknown),
            (
                "lambda:PassNetworkConnector",
                "arn:aws:lambda:*:aws:network-connector:a:*",
                Fit::Unknown,
            ),
        ] {
            assert_eq!(fits(action, resource), expected, "{action} {resource}");
        }
    }

    #[test]
    fn what_deployment_fills_in_is_not_guessed() {
        for (action, resource, expected) in [
            ("s3:GetObject", "${Photos.Arn}", Fit::Unknown),
            ("s3:GetObject", "${Photos.Arn}/*", Fit::Unknown),
            ("s3:GetObject", "arn:${AWS::Partition}:s3:::${Photos}/*", Fit::Yes),
            ("s3:ListBucket", "arn:aws:s3:::${Photos}/*", Fit::No),
            ("dynamodb:PutItem", "${Orders.Arn}/index/*", Fit::No),
            ("sqs:SendMessage", "arn:aws:${Kind}:*:*:orders", Fit::Yes),
            ("sqs:SendMessage", "arn:aws:${Rest}", Fit::Yes),
        ] {
            assert_eq!(fits(action, resource), expected, "{action} {resource}");
        }
    }

    #[test]
    fn hostile_resources_end_in_time() {
        assert_eq!(fits("s3:GetObject", &"*a".repeat(1 << 19)), Fit::Unknown);
        let stars = format!("arn:aws:s3:::{}", "*a".repeat(10_000));
        assert_eq!(fits("s3:GetObject", &stars), Fit::Yes);
    }
}
