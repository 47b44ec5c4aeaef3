//! What each kind of policy does to a decision. Accounts: `1` is the principal's, `4` another.

use iam_evaluation::{
    Context, Layer, Outcome, PolicySet, PrincipalId, Request, Verdict, Why, decide,
};
use iam_policy::Policy;

use crate::support::{get_object, policy, session, statement, user, with_key};
use Verdict::{Allow, ExplicitDeny, ImplicitDeny, Unknown};

const OTHER: &str = "444455556666";

/// Policies by kind, each as one word: what it says about the object that is asked for.
#[derive(Default)]
struct World {
    identity: Vec<Policy>,
    resource: Option<Policy>,
    boundary: Option<Policy>,
    session: Option<Policy>,
    organisation: Vec<Vec<Policy>>,
    resource_organisation: Vec<Vec<Policy>>,
    endpoint: Option<Policy>,
}

impl World {
    fn ask(&self, request: &Request) -> Verdict {
        self.decide(request).verdict
    }

    fn decide(&self, request: &Request) -> iam_evaluation::Decision {
        let set = PolicySet {
            identity: self.identity.iter().collect(),
            resource: self.resource.as_ref(),
            boundaries: self.boundary.as_ref().map(|policy| vec![policy]),
            session: self.session.as_ref(),
            service_control: by_level(&self.organisation),
            resource_control: by_level(&self.resource_organisation),
            vpc_endpoint: self.endpoint.as_ref().map(|policy| vec![policy]),
        };
        decide(&set, request)
    }
}

fn by_level(levels: &[Vec<Policy>]) -> Vec<Vec<&Policy>> {
    levels.iter().map(|level| level.iter().collect()).collect()
}

fn allow() -> Policy {
    statement("Allow", "s3:*", "arn:aws:s3:::photos/*")
}

fn deny() -> Policy {
    statement("Deny", "s3:*", "arn:aws:s3:::photos/*")
}

/// Allows something else.
fn aside() -> Policy {
    statement("Allow", "ec2:*", "*")
}

/// A bucket policy.
fn bucket(effect: &str, principal: &str) -> Policy {
    policy(&format!(
        "- {{Effect: {effect}, Principal: {principal}, Action: 's3:*', Resource: 'arn:aws:s3:::photos/*'}}"
    ))
}

fn from_another_account(mut request: Request) -> Request {
    request.resource_account = Some(OTHER.into());
    request
}

#[test]
fn identity_policies_allow_and_deny() {
    let request = get_object(user());
    let with = |identity| World { identity, ..World::default() }.ask(&request);
    assert_eq!(with(vec![]), ImplicitDeny);
    assert_eq!(with(vec![aside()]), ImplicitDeny);
    assert_eq!(with(vec![aside(), allow()]), Allow);
    assert_eq!(with(vec![allow(), deny()]), ExplicitDeny);
    assert_eq!(with(vec![statement("Allow", "S3:getobject", "*")]), Allow);
    assert_eq!(with(vec![statement("Allow", "s3:*", "arn:aws:s3:::Photos/*")]), ImplicitDeny);
    assert_eq!(with(vec![policy("- {Effect: Allow, NotAction: 'iam:*', Resource: '*'}")]), Allow);
    assert_eq!(
        with(vec![policy("- {Effect: Allow, NotAction: 's3:G*', Resource: '*'}")]),
        ImplicitDeny
    );
    let others = policy("- {Effect: Allow, Action: '*', NotResource: 'arn:aws:s3:::photos/*'}");
    assert_eq!(with(vec![others]), ImplicitDeny);
    assert_eq!(with(vec![policy("- {Effect: Allow, Action: '*'}")]), ImplicitDeny);
}

#[test]
fn a_boundary_and_a_session_policy_limit_what_identity_policies_allow() {
    let request = get_object(session());
    let mut world = World { identity: vec![allow()], ..World::default() };
    world.boundary = Some(aside());
    assert_eq!(world.ask(&request), ImplicitDeny);
    world.boundary = Some(allow());
    assert_eq!(world.ask(&request), Allow);
    world.session = Some(aside());
    assert_eq!(world.ask(&request), ImplicitDeny);
    world.session = Some(allow());
    assert_eq!(world.ask(&request), Allow);
    world.boundary = Some(deny());
    assert_eq!(world.ask(&request), ExplicitDeny);
    world.identity.clear();
    world.boundary = Some(allow());
    assert_eq!(world.ask(&request), ImplicitDeny);
}

#[test]
fn limits_hold_for_a_resource_policy_unless_it_names_the_very_one() {
    let by_session = "{AWS: 'arn:aws:sts::111122223333:assumed-role/app/run'}";
    let by_role = "{AWS: 'arn:aws:iam::111122223333:role/path/app'}";
    let by_user = "{AWS: 'arn:aws:iam::111122223333:user/ana'}";
    for (who, principal, unlimited, limited) in [
        (session(), by_session, Allow, Allow),
        (session(), by_role, Allow, ImplicitDeny),
        (session(), "'*'", Allow, Allow),
        (session(), "{AWS: '111122223333'}", ImplicitDeny, ImplicitDeny),
        (session(), by_user, ImplicitDeny, ImplicitDeny),
        (user(), by_user, Allow, Allow),
        (user(), "{AWS: '*'}", Allow, Allow),
        (user(), "{AWS: 'arn:aws:iam::111122223333:root'}", ImplicitDeny, ImplicitDeny),
    ] {
        let request = get_object(who);
        let resource = Some(bucket("Allow", principal));
        let mut world = World { resource, ..World::default() };
        assert_eq!(world.ask(&request), unlimited, "{principal}");
        world.boundary = Some(aside());
        assert_eq!(world.ask(&request), limited, "{principal} with a boundary");
        (world.session, world.boundary) = (world.boundary, None);
        assert_eq!(world.ask(&request), limited, "{principal} with a session policy");
    }
}

#[test]
fn another_account_needs_both_sides() {
    let request = from_another_account(get_object(session()));
    for principal in [
        "'*'",
        "{AWS: '111122223333'}",
        "{AWS: 'arn:aws:iam::111122223333:role/app'}",
        "{AWS: 'arn:aws:sts::111122223333:assumed-role/app/run'}",
    ] {
        let mut world = World { resource: Some(bucket("Allow", principal)), ..World::default() };
        assert_eq!(world.ask(&request), ImplicitDeny, "{principal}");
        world.identity.push(allow());
        assert_eq!(world.ask(&request), Allow, "{principal}");
        world.boundary = Some(aside());
        assert_eq!(world.ask(&request), ImplicitDeny, "{principal} with a boundary");
        world.boundary = None;
        world.resource = Some(bucket("Allow", &format!("{{AWS: '{OTHER}'}}")));
        assert_eq!(world.ask(&request), ImplicitDeny);
        world.resource = Some(bucket("Deny", principal));
        assert_eq!(world.ask(&request), ExplicitDeny, "{principal}");
    }
}

#[test]
fn every_level_of_the_organisation_must_allow() {
    let request = get_object(user());
    let everything = || statement("Allow", "*", "*");
    let mut world = World { identity: vec![allow()], ..World::default() };
    for (levels, expect) in [
        (vec![vec![everything()], vec![allow(), aside()]], Allow),
        (vec![vec![everything()], vec![aside()]], ImplicitDeny),
        (vec![vec![everything()], vec![]], ImplicitDeny),
        (vec![vec![everything()], vec![everything(), deny()]], ExplicitDeny),
        (vec![vec![deny(), everything()], vec![everything()]], ExplicitDeny),
    ] {
        world.organisation = levels;
        assert_eq!(world.ask(&request), expect);
        let role = "arn:aws:iam::111122223333:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS";
        assert_eq!(world.ask(&get_object(PrincipalId::new(role))), Allow);
        let session = "arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForECS/x";
        let session = get_object(PrincipalId::new(session));
        assert_eq!(world.ask(&with_key(session, "aws:PrincipalArn", &[role])), Allow);
    }
}

#[test]
fn the_name_alone_makes_no_role_service_linked() {
    let mut world = World { identity: vec![allow()], ..World::default() };
    world.organisation = vec![vec![statement("Allow", "*", "*"), deny()]];
    let role = "arn:aws:iam::111122223333:role/AWSServiceRoleForMe";
    assert_eq!(world.ask(&get_object(PrincipalId::new(role))), ExplicitDeny);
    let session = "arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForMe/x";
    let session = get_object(PrincipalId::new(session));
    assert_eq!(world.ask(&session), Unknown, "the path of the role is not told");
    assert_eq!(world.ask(&with_key(session, "aws:PrincipalArn", &[role])), ExplicitDeny);
}

#[test]
fn resource_control_binds_services_that_support_it() {
    let denies = |action: &str| {
        policy(&format!("- {{Effect: Deny, Principal: '*', Action: '{action}', Resource: '*'}}"))
    };
    let mut world = World { identity: vec![statement("Allow", "*", "*")], ..World::default() };
    world.resource_organisation = vec![vec![], vec![denies("s3:*"), denies("ec2:*")]];
    assert_eq!(world.ask(&get_object(user())), ExplicitDeny);
    let mut request = get_object(user());
    request.action = "s3:GetBucketAcl".into();
    world.resource_organisation = vec![vec![denies("s3:GetObject")]];
    assert_eq!(world.ask(&request), Allow, "AWS attaches an allow of everything to each level");
    request.action = "ec2:StartInstances".into();
    request.resource = "arn:aws:ec2:eu-west-1:111122223333:instance/i-1".into();
    world.resource_organisation = vec![vec![denies("ec2:*")]];
    assert_eq!(world.ask(&request), Allow, "EC2 does not support resource control policies");
}

#[test]
fn an_endpoint_policy_must_allow() {
    let request = get_object(user());
    let mut world = World { identity: vec![allow()], ..World::default() };
    world.endpoint = Some(aside());
    assert_eq!(world.ask(&request), ImplicitDeny);
    world.endpoint = Some(bucket("Allow", "'*'"));
    assert_eq!(world.ask(&request), Allow);
    world.endpoint = Some(bucket("Allow", "{AWS: 'arn:aws:iam::111122223333:user/ben'}"));
    assert_eq!(world.ask(&request), ImplicitDeny);
}

#[test]
fn keys_and_roles_are_governed_by_their_own_policy() {
    let key = "arn:aws:kms:eu-west-1:111122223333:key/1";
    let role = "arn:aws:iam::111122223333:role/deploy";
    for (action, resource) in [("kms:Decrypt", key), ("sts:AssumeRole", role)] {
        let request = Request::new(user(), action, resource);
        let own = |principal: &str| {
            Some(policy(&format!(
                "- {{Effect: Allow, Principal: {principal}, Action: '{action}', Resource: '*'}}"
            )))
        };
        let mut world = World { identity: vec![statement("Allow", "*", "*")], ..World::default() };
        assert_eq!(world.ask(&request), ImplicitDeny, "{action} without a policy of the resource");
        world.resource = own("{AWS: '111122223333'}");
        assert_eq!(
            world.ask(&request),
            Allow,
            "{action}: the account lets identity policies decide"
        );
        world.identity.clear();
        assert_eq!(world.ask(&request), ImplicitDeny, "{action}: no identity policy allows");
        world.resource = own("{AWS: 'arn:aws:iam::111122223333:user/ana'}");
        assert_eq!(world.ask(&request), Allow, "{action}: the policy names the user");
    }
    let trust = policy(
        "- {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}",
    );
    let world = World { resource: Some(trust), ..World::default() };
    let service = PrincipalId::new("lambda.amazonaws.com");
    assert_eq!(world.ask(&Request::new(service, "sts:AssumeRole", role)), Allow);
    let other = PrincipalId::new("ec2.amazonaws.com");
    assert_eq!(world.ask(&Request::new(other, "sts:AssumeRole", role)), ImplicitDeny);
}

#[test]
fn who_has_no_identity_policies_gets_what_the_resource_policy_says() {
    let service = PrincipalId::new("cloudfront.amazonaws.com");
    let provider = PrincipalId::new("arn:aws:iam::111122223333:oidc-provider/id.example.com");
    let nobody = PrincipalId::anonymous();
    for (who, principal, expect) in [
        (&service, "{Service: cloudfront.amazonaws.com}", Allow),
        (&service, "{Service: s3.amazonaws.com}", ImplicitDeny),
        (&service, "{AWS: '111122223333'}", ImplicitDeny),
        (&service, "'*'", Allow),
        (&provider, "{Federated: 'arn:aws:iam::111122223333:oidc-provider/id.example.com'}", Allow),
        (&nobody, "'*'", Allow),
        (&nobody, "{AWS: '*'}", Allow),
        (&nobody, "{AWS: '111122223333'}", ImplicitDeny),
    ] {
        let world = World {
            identity: vec![statement("Allow", "*", "*")],
            resource: Some(bucket("Allow", principal)),
            ..World::default()
        };
        assert_eq!(world.ask(&get_object(who.clone())), expect, "{who:?} {principal}");
    }
}

#[test]
fn the_root_user_may_do_all_in_its_account() {
    let root = PrincipalId::new("arn:aws:iam::111122223333:root");
    let mut world = World::default();
    assert_eq!(world.ask(&get_object(root.clone())), Allow);
    assert_eq!(world.ask(&from_another_account(get_object(root.clone()))), ImplicitDeny);
    world.resource = Some(bucket("Deny", "'*'"));
    assert_eq!(world.ask(&get_object(root)), ExplicitDeny);
}

#[test]
fn everybody_but_some_is_everybody_else() {
    let all_but = |effect: &str, name: &str| {
        policy(&format!(
            "- {{Effect: {effect}, NotPrincipal: {{AWS: '{name}'}}, Action: '*', Resource: '*'}}"
        ))
    };
    let (ana, ben) = ("arn:aws:iam::111122223333:user/ana", "arn:aws:iam::111122223333:user/ben");
    let mut world = World { identity: vec![allow()], ..World::default() };
    world.resource = Some(all_but("Deny", ben));
    assert_eq!(world.ask(&get_object(user())), ExplicitDeny);
    world.resource = Some(all_but("Deny", ana));
    assert_eq!(world.ask(&get_object(user())), Allow);
    world.boundary = Some(allow());
    assert_eq!(world.ask(&get_object(user())), ExplicitDeny, "whoever has a boundary is refused");
}

#[test]
fn an_account_beside_its_user_excepts_nobody_else() {
    let deny = policy(
        "- {Effect: Deny, NotPrincipal: {AWS: ['arn:aws:iam::111122223333:user/ben', \
         'arn:aws:iam::111122223333:root', 'arn:aws:iam::111122223333:role/app']}, Action: '*', \
         Resource: '*'}",
    );
    let mut world = World { identity: vec![allow()], ..World::default() };
    world.resource = Some(deny);
    assert_eq!(world.ask(&get_object(user())), ExplicitDeny);
    let ben = PrincipalId::new("arn:aws:iam::111122223333:user/ben");
    assert_eq!(world.ask(&get_object(ben)), Allow);
    let root = PrincipalId::new("arn:aws:iam::111122223333:root");
    assert_eq!(world.ask(&get_object(root)), Allow);
    assert_eq!(world.ask(&get_object(session())), Unknown, "AWS wants sessions named");
}

#[test]
fn aws_decides_some_requests_itself() {
    let world = World { identity: vec![statement("Allow", "*", "*")], ..World::default() };
    let ask = |action: &str, resource: &str| world.ask(&Request::new(user(), action, resource));
    let managed = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    assert_eq!(ask("iam:GetPolicy", managed), Allow);
    assert_eq!(ask("iam:DeletePolicy", managed), ImplicitDeny);
    let reserved =
        "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_A_1";
    assert_eq!(ask("iam:GetRole", reserved), Allow);
    assert_eq!(ask("iam:PutRolePolicy", reserved), ImplicitDeny);
    let alias = "arn:aws:kms:eu-west-1:111122223333:alias/aws/s3";
    assert_eq!(ask("kms:UpdateAlias", alias), ImplicitDeny);
    let world = World { identity: vec![statement("Deny", "*", "*")], ..World::default() };
    assert_eq!(world.ask(&Request::new(user(), "sts:GetCallerIdentity", "*")), Allow);
}

#[test]
fn an_action_without_resources_wants_a_star() {
    let ask = |resource: &str, asked: &str| {
        let world = World {
            identity: vec![statement("Allow", "s3:ListAllMyBuckets", resource)],
            ..World::default()
        };
        world.ask(&Request::new(user(), "s3:ListAllMyBuckets", asked))
    };
    assert_eq!(ask("*", "*"), Allow);
    assert_eq!(ask("*", "arn:aws:s3:::photos"), Allow);
    assert_eq!(ask("arn:aws:s3:::*", "*"), ImplicitDeny);
    assert_eq!(ask("arn:aws:s3:::photos", "arn:aws:s3:::photos"), ImplicitDeny);
}

#[test]
fn short_arns_are_completed() {
    let ask = |resource: &str| {
        let world =
            World { identity: vec![statement("Allow", "sqs:*", resource)], ..World::default() };
        world.ask(&Request::new(user(), "sqs:SendMessage", "arn:aws:sqs:eu-west-1:111122223333:q"))
    };
    assert_eq!(ask("arn:aws:sqs"), Allow);
    assert_eq!(ask("arn:aws:sqs:eu-west-1"), Allow);
    assert_eq!(ask("arn:aws:sqs:us-east-1"), ImplicitDeny);
    assert_eq!(ask("arn:aws:sns"), ImplicitDeny);
}

#[test]
fn a_pattern_of_resources_is_unknown_where_it_matters_which_is_meant() {
    let ask = |policies: &[(&str, &str)]| {
        let identity =
            policies.iter().map(|(effect, arn)| statement(effect, "s3:*", arn)).collect();
        let mut request = get_object(user());
        request.resource = "arn:aws:s3:::photos/*".into();
        World { identity, ..World::default() }.ask(&request)
    };
    assert_eq!(ask(&[("Allow", "arn:aws:s3:::photos/*")]), Allow);
    assert_eq!(ask(&[("Allow", "arn:aws:s3:::*")]), Allow);
    assert_eq!(ask(&[("Allow", "arn:aws:s3:::photos/raw/*")]), Unknown);
    assert_eq!(ask(&[("Allow", "arn:aws:s3:::films/*")]), ImplicitDeny);
    assert_eq!(ask(&[("Allow", "*"), ("Deny", "arn:aws:s3:::photos/raw/*")]), Unknown);
    assert_eq!(ask(&[("Allow", "*"), ("Deny", "arn:aws:s3:::photos/*")]), ExplicitDeny);
}

#[test]
fn holes_of_templates_are_unknown_and_never_false() {
    let request = get_object(user());
    let mut world =
        World { identity: vec![statement("Allow", "s3:*", "${Bucket}/*")], ..World::default() };
    assert_eq!(world.ask(&request), Unknown);
    world.identity = vec![statement("Allow", "s3:*", "arn:${AWS::Partition}:s3:::films/*")];
    assert_eq!(world.ask(&request), ImplicitDeny, "no partition makes it fit");
    world.identity = vec![allow(), statement("Deny", "s3:${Action}", "*")];
    assert_eq!(world.ask(&request), Unknown);
    world.identity = vec![statement("Deny", "s3:*", "${Bucket}")];
    assert_eq!(world.ask(&request), ImplicitDeny, "it is refused either way");
    world.identity = vec![allow()];
    world.identity[0].statements[0].when = value::When::condition("IsProd", true);
    assert_eq!(world.ask(&request), Unknown);
    let role = PrincipalId::new("arn:aws:iam::111122223333:role/app");
    let by_session = "{AWS: 'arn:aws:sts::111122223333:assumed-role/app/run'}";
    let world = World { resource: Some(bucket("Allow", by_session)), ..World::default() };
    assert_eq!(world.ask(&get_object(role)), Unknown, "which session asks is not told");
}

#[test]
fn a_variable_is_filled_in_per_request() {
    let home = statement("Allow", "s3:*", "arn:aws:s3:::photos/${aws:username}.jpg");
    let world = World { identity: vec![home], ..World::default() };
    let request = with_key(get_object(session()), "AWS:UserName", &["a"]);
    assert_eq!(world.ask(&request), Allow);
    assert_eq!(world.ask(&get_object(session())), ImplicitDeny);
}

#[test]
fn reasons_name_the_layer_and_what_came_nearest() {
    let near = policy(
        "- {Effect: Allow, Action: 'ec2:*', Resource: '*'}
- {Sid: Films, Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::films/*'}
- {Sid: Tls, Effect: Allow, Action: 's3:*', Resource: '*', Condition: {Bool: {'aws:SecureTransport': 'true'}}}",
    );
    let world =
        World { identity: vec![aside(), near], boundary: Some(aside()), ..World::default() };
    let mut request = get_object(user());
    let decision = world.decide(&request);
    let [identity, boundary] = &decision.because[..] else { panic!("{decision:?}") };
    assert_eq!((identity.layer, identity.outcome), (Layer::Identity, Outcome::LacksAllow));
    let statement = identity.statement.as_ref().unwrap();
    assert_eq!((statement.policy, statement.statement), (1, 2));
    assert_eq!(statement.place.line, 5);
    assert_eq!(
        identity.to_string(),
        "the identity policies: nothing allows it; nearest is statement `Tls` of policy 2: the \
         condition `Bool` on `aws:SecureTransport` does not hold: it wants `true`, the request \
         lacks the key"
    );
    assert_eq!((boundary.layer, &boundary.why), (Layer::Boundary, &Why::Action));
    request.context = Context::open();
    let world = World { boundary: None, ..world };
    let decision = world.decide(&request);
    assert_eq!(decision.verdict, Unknown);
    assert_eq!(decision.because[0].outcome, Outcome::Undecided);
}
