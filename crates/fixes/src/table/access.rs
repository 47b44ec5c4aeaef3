//! Who may call, sign up, deploy.

use crate::{
    authorizer::AUTHORIZER,
    fix::{
        Fix,
        Value::{Number, Off, On, Word},
        derived, judged, set,
    },
};

pub(super) static FIXES: &[Fix] = &[
    judged(
        (2, 1),
        "public-function-url",
        "callers must sign their requests from now on",
        &[
            set("AWS::Serverless::Function", &[("FunctionUrlConfig.AuthType", Word("AWS_IAM"))]),
            set("AWS::Lambda::Url", &[("AuthType", Word("AWS_IAM"))]),
        ],
    ),
    derived(
        (2, 2),
        "unauthenticated-route",
        "callers must show the authorizer a proof from now on",
        AUTHORIZER,
    ),
    judged(
        (2, 10),
        "weak-password-policy",
        "forms that ask for new passwords must say so",
        &[set("AWS::Cognito::UserPool", &[("Policies.PasswordPolicy.MinimumLength", Number(12))])],
    ),
    judged(
        (2, 12),
        "open-sign-up",
        "users cannot sign up by themselves any more",
        &[set("AWS::Cognito::UserPool", &[("AdminCreateUserConfig.AllowAdminCreateUserOnly", On)])],
    ),
    judged(
        (2, 13),
        "guest-identities",
        "guests get no credentials any more",
        &[set("AWS::Cognito::IdentityPool", &[("AllowUnauthenticatedIdentities", Off)])],
    ),
    judged(
        (2, 16),
        "wide-invoke-permission",
        "whoever changes or reads the function by this permission cannot any more",
        &[set("AWS::Lambda::Permission", &[("Action", Word("lambda:InvokeFunction"))])],
    ),
    judged(
        (3, 25),
        "warn-only-code-signing",
        "code without a valid signature is not deployed any more",
        &[set(
            "AWS::Lambda::CodeSigningConfig",
            &[("CodeSigningPolicies.UntrustedArtifactOnDeployment", Word("Enforce"))],
        )],
    ),
];
