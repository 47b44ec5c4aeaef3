//! Accounts of publishers whose layers and applications many functions use.

/// Publishers by name, with their accounts. AWS publishes most layers from one account a region.
///
/// Each account stood, in November 2026, in at least one public ARN under that name; none was asked
/// of AWS itself. The regional accounts of `AppConfig`, Lambda Insights, the secrets extension and
/// the older OpenTelemetry layers, and those of secret rotation, are in AWS's own tables
/// (`aws-cdk-lib` 2.276.0; Systems Manager User Guide, "Using Parameter Store parameters in AWS
/// Lambda functions"); those of newer regions, of the newer OpenTelemetry layers, of the SDK layers
/// and of the SDK for pandas in tables that users copied from AWS. The others stand in the
/// publisher's own repositories and in templates of its users.
///
/// The account of a single person is left out, however well known the layer is, and so is one that
/// only a single copy names.
const PUBLISHERS: &[(&str, &[&str])] = &[
    ("Amazon Athena connectors", &["292517598671"]),
    ("Amazon CodeGuru Profiler", &["157417159150"]),
    (
        "AWS AppConfig Agent",
        &[
            "000010852771",
            "027255383542",
            "039592058896",
            "066940009817",
            "080788657173",
            "203683718741",
            "282860088358",
            "307021474294",
            "359756378197",
            "381491832265",
            "418787028745",
            "421114256042",
            "434848589818",
            "436199621743",
            "489524808438",
            "493207061005",
            "554480029851",
            "559955524753",
            "574348263942",
            "586093569114",
            "615057806174",
            "615084187847",
            "630222743974",
            "631746059939",
            "646970417810",
            "662846165436",
            "706869817123",
            "728743619870",
            "730335625313",
            "758369105281",
            "826293736237",
            "851725616657",
            "891376990304",
            "895787185223",
            "946561847325",
            "946746059096",
            "958113053741",
            "980059726660",
        ],
    ),
    (
        "AWS Distro for OpenTelemetry",
        &[
            "039612877180",
            "152034782359",
            "156041407956",
            "257394471194",
            "313828097273",
            "412664885777",
            "440179912924",
            "440180067931",
            "490004653786",
            "595944127152",
            "610118373846",
            "615299751070",
            "713881805771",
            "739275441131",
            "746669239226",
            "796973505492",
            "888577020596",
            "901920570463",
            "904233096616",
            "980416031188",
            "980921751758",
        ],
    ),
    (
        "AWS Lambda Insights",
        &[
            "012438385374",
            "033019950311",
            "122132214140",
            "145023102084",
            "158895979263",
            "194566237122",
            "198461476570",
            "285320876703",
            "339249233099",
            "352183217350",
            "439286490199",
            "459530977127",
            "488211338238",
            "519774774795",
            "580247275435",
            "590183865173",
            "605207715842",
            "727646510379",
            "732604637566",
            "751350123760",
            "761018874580",
            "761377655185",
            "879381266642",
            "891564319516",
            "946466191631",
        ],
    ),
    ("AWS Lambda Web Adapter", &["041581134020", "069767869989", "753240598075"]),
    (
        "AWS Parameters and Secrets",
        &[
            "015030872274",
            "041683371183",
            "044395824272",
            "070087711984",
            "090732460067",
            "127562683043",
            "129776340158",
            "133256977650",
            "133490724326",
            "148806536434",
            "176022468876",
            "177933569100",
            "187925254637",
            "200266452380",
            "241533131596",
            "243964427225",
            "287114880934",
            "287310001119",
            "317013901791",
            "325218067255",
            "345057560386",
            "381492012281",
            "427196147048",
            "490737872127",
            "524103009944",
            "576959938190",
            "590474943231",
            "665172237481",
            "738900069198",
            "768336418462",
            "772501565639",
            "780235371811",
            "832021897121",
            "858974508948",
            "890742577149",
            "933737806257",
            "941377119484",
            "995508174458",
            "997803712105",
        ],
    ),
    (
        "AWS SDK and SciPy layers",
        &[
            "118857876118",
            "138526772879",
            "142628438157",
            "249908578461",
            "259788987135",
            "292169987271",
            "296580773974",
            "325793726646",
            "382066503313",
            "399891621064",
            "420165488524",
            "468957933125",
            "556739011827",
            "631267018583",
            "640010853179",
            "642425348156",
            "668099181075",
            "683298794825",
            "778625758767",
            "817496625479",
            "959311844005",
            "961244031340",
        ],
    ),
    (
        "AWS SDK for pandas",
        &[
            "246107603503",
            "258944054355",
            "263840725265",
            "336392948345",
            "406640652441",
            "593833071574",
            "774444163449",
            "839552336658",
            "938046470361",
            "945386623051",
            "956415814219",
            "982086096842",
        ],
    ),
    ("AWS Secrets Manager rotation", &["023102451235", "193023089310", "297356227924"]),
    ("AWS Serverless Application Repository examples", &["077246666028"]),
    ("Axiom", &["694952825951"]),
    ("Baselime", &["097948374213"]),
    ("Bref", &["209497400698", "534081306603", "873528684822"]),
    ("Coralogix", &["597078901540", "625240141681"]),
    ("Dash0", &["115813213817"]),
    ("Datadog", &["002406178527", "464622532012"]),
    ("Dynatrace", &["725887861453"]),
    ("Elastic", &["267093732750"]),
    ("Epsagon", &["066549572091"]),
    ("HashiCorp", &["634166935893"]),
    ("Honeycomb", &["702835727665"]),
    ("Instana", &["410797082306"]),
    ("Logz.io", &["486140753397"]),
    ("Lumigo", &["114300393969"]),
    ("New Relic", &["451483290750", "463657938898"]),
    ("OpenTelemetry", &["184161586896"]),
    (
        "Powertools for AWS Lambda",
        &[
            "017000801446",
            "057560766410",
            "094274105915",
            "165087284144",
            "165093116878",
            "498634801083",
        ],
    ),
    ("Sentry", &["943013980633"]),
    ("SolarWinds", &["851060098468"]),
    ("Splunk", &["254067382080"]),
    ("Sumo Logic", &["663229565520"]),
    ("Thundra", &["269863060030"]),
];

/// The publisher that an account belongs to.
pub(crate) fn publisher(account: &str) -> Option<&'static str> {
    PUBLISHERS.iter().find(|(_, accounts)| accounts.contains(&account)).map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{PUBLISHERS, publisher};

    #[test]
    fn each_account_is_whole_and_belongs_to_one_publisher() {
        let mut seen = BTreeSet::new();
        for (name, accounts) in PUBLISHERS {
            assert!(accounts.is_sorted(), "{name}");
            for account in *accounts {
                assert!(cloud_names::is_account_id(account), "{name}: {account}");
                assert!(seen.insert(account), "{name}: {account} stands twice");
            }
        }
        assert!(PUBLISHERS.is_sorted_by_key(|(name, _)| name.to_lowercase()));
    }

    #[test]
    fn a_known_publisher_is_named_and_a_stranger_is_not() {
        assert_eq!(publisher("464622532012"), Some("Datadog"));
        assert_eq!(publisher("580247275435"), Some("AWS Lambda Insights"));
        // The application repository's connectors; an SDK layer of Frankfurt differs in four digits.
        assert_eq!(publisher("292517598671"), Some("Amazon Athena connectors"));
        assert_eq!(publisher("292169987271"), Some("AWS SDK and SciPy layers"));
        assert_eq!(publisher("111122223333"), None);
    }
}
