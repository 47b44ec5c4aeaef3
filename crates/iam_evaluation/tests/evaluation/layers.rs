//! What each kind of policy does to a decision.

use crate::support::{get_object, session, statement, user, with_key};
use iam_evaluation::{PolicySet, PrincipalId, Verdict, decide};

#[test]
fn identity_policies_allow_and_deny() {
    let allow = statement("Allow", "s3:Get*", "arn:aws:s3:::photos/*");
    let deny = statement("Deny", "S3:getobject", "*");
    let request = get_object(user());
    let verdict =
        |identity| decide(&PolicySet { identity, ..PolicySet::default() }, &request).verdict;
    assert_eq!(verdict(vec![]), Verdict::ImplicitDeny);
    assert_eq!(verdict(vec![&allow]), Verdict::Allow);
    assert_eq!(verdict(vec![&allow, &deny]), Verdict::ExplicitDeny);
}

#[test]
fn another_account_needs_both_sides() {
    let allow = statement("Allow", "s3:*", "*");
    let bucket = crate::support::policy(
        "- {Effect: Allow, Principal: {AWS: '111122223333'}, Action: 's3:*', Resource: '*'}",
    );
    let mut request = get_object(session());
    request.resource_account = Some("444455556666".into());
    let mut set = PolicySet { identity: vec![&allow], ..PolicySet::default() };
    assert_eq!(decide(&set, &request).verdict, Verdict::ImplicitDeny);
    set.resource = Some(&bucket);
    assert_eq!(decide(&set, &request).verdict, Verdict::Allow);
    request.principal = PrincipalId::anonymous();
    assert_eq!(decide(&set, &request).verdict, Verdict::ImplicitDeny);
}

#[test]
fn a_variable_is_filled_in_per_request() {
    let home = statement("Allow", "s3:*", "arn:aws:s3:::photos/${aws:username}.jpg");
    let set = PolicySet { identity: vec![&home], ..PolicySet::default() };
    let request = with_key(get_object(session()), "AWS:UserName", &["a"]);
    assert_eq!(decide(&set, &request).verdict, Verdict::Allow);
    assert_eq!(decide(&set, &get_object(session())).verdict, Verdict::ImplicitDeny);
}
