//! Accounts of publishers whose layers and applications many functions use.

/// Account and publisher, sorted by account. AWS publishes one extension from a different account
/// in each region.
///
/// Source: the layer ARNs in each publisher's own installation guide.
const PUBLISHERS: &[(&str, &str)] = &[
    ("000010852771", "AWS AppConfig"),
    ("012438385374", "AWS Lambda Insights"),
    ("015030872274", "AWS Parameters and Secrets"),
    ("017000801446", "Powertools for AWS Lambda"),
    ("027255383542", "AWS AppConfig"),
    ("039592058896", "AWS AppConfig"),
    ("044395824272", "AWS Parameters and Secrets"),
    ("057560766410", "Powertools for AWS Lambda"),
    ("066549572091", "Epsagon"),
    ("066940009817", "AWS AppConfig"),
    ("070087711984", "AWS Parameters and Secrets"),
    ("077246666028", "AWS serverless applications"),
    ("080788657173", "AWS AppConfig"),
    ("090732460067", "AWS Parameters and Secrets"),
    ("094274105915", "Powertools for AWS Lambda"),
    ("114300393969", "Lumigo"),
    ("127562683043", "AWS Parameters and Secrets"),
    ("129776340158", "AWS Parameters and Secrets"),
    ("133256977650", "AWS Parameters and Secrets"),
    ("133490724326", "AWS Parameters and Secrets"),
    ("157417159150", "Amazon CodeGuru Profiler"),
    ("176022468876", "AWS Parameters and Secrets"),
    ("177933569100", "AWS Parameters and Secrets"),
    ("187925254637", "AWS Parameters and Secrets"),
    ("200266452380", "AWS Parameters and Secrets"),
    ("254067382080", "Splunk"),
    ("267093732750", "Elastic"),
    ("269863060030", "Thundra"),
    ("282860088358", "AWS AppConfig"),
    ("285320876703", "AWS Lambda Insights"),
    ("287114880934", "AWS Parameters and Secrets"),
    ("287310001119", "AWS Parameters and Secrets"),
    ("292169987271", "Amazon Athena connectors"),
    ("297356227924", "AWS Secrets Manager rotation"),
    ("317013901791", "AWS Parameters and Secrets"),
    ("325218067255", "AWS Parameters and Secrets"),
    ("336392948345", "AWS SDK for pandas"),
    ("339249233099", "AWS Lambda Insights"),
    ("345057560386", "AWS Parameters and Secrets"),
    ("359756378197", "AWS AppConfig"),
    ("410797082306", "Instana"),
    ("421114256042", "AWS AppConfig"),
    ("427196147048", "AWS Parameters and Secrets"),
    ("434848589818", "AWS AppConfig"),
    ("439286490199", "AWS Lambda Insights"),
    ("451483290750", "New Relic"),
    ("464622532012", "Datadog"),
    ("486140753397", "Logz.io"),
    ("488211338238", "AWS Lambda Insights"),
    ("490737872127", "AWS Parameters and Secrets"),
    ("493207061005", "AWS AppConfig"),
    ("519774774795", "AWS Lambda Insights"),
    ("524103009944", "AWS Parameters and Secrets"),
    ("534081306603", "Bref"),
    ("554480029851", "AWS AppConfig"),
    ("576959938190", "AWS Parameters and Secrets"),
    ("580247275435", "AWS Lambda Insights"),
    ("590474943231", "AWS Parameters and Secrets"),
    ("615299751070", "AWS Distro for OpenTelemetry"),
    ("634166935893", "HashiCorp"),
    ("646970417810", "AWS AppConfig"),
    ("663229565520", "Sumo Logic"),
    ("665172237481", "AWS Parameters and Secrets"),
    ("668099181075", "AWS SDK layers"),
    ("702835727665", "Honeycomb"),
    ("725887861453", "Dynatrace"),
    ("728743619870", "AWS AppConfig"),
    ("732604637566", "AWS Lambda Insights"),
    ("738900069198", "AWS Parameters and Secrets"),
    ("753240598075", "AWS Lambda Web Adapter"),
    ("768336418462", "AWS Parameters and Secrets"),
    ("772501565639", "AWS Parameters and Secrets"),
    ("780235371811", "AWS Parameters and Secrets"),
    ("832021897121", "AWS Parameters and Secrets"),
    ("858974508948", "AWS Parameters and Secrets"),
    ("901920570463", "AWS Distro for OpenTelemetry"),
    ("903779448426", "AWS CDK"),
    ("933737806257", "AWS Parameters and Secrets"),
    ("943013980633", "Sentry"),
    ("958113053741", "AWS AppConfig"),
    ("980059726660", "AWS AppConfig"),
    ("997803712105", "AWS Parameters and Secrets"),
];

/// The publisher that an account belongs to.
pub(crate) fn publisher(account: &str) -> Option<&'static str> {
    let at = PUBLISHERS.binary_search_by(|(known, _)| known.cmp(&account)).ok()?;
    PUBLISHERS.get(at).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::{PUBLISHERS, publisher};

    #[test]
    fn the_accounts_are_sorted_and_whole() {
        assert!(PUBLISHERS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(PUBLISHERS.iter().all(|(account, _)| cloud_names::is_account_id(account)));
    }

    #[test]
    fn a_known_publisher_is_named_and_a_stranger_is_not() {
        assert_eq!(publisher("464622532012"), Some("Datadog"));
        assert_eq!(publisher("111122223333"), None);
    }
}
