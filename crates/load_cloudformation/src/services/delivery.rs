//! What stands before or around functions: domains, distributions, usage plans, layers, signing,
//! resolvers.

use app_model::{
    Distribution, DomainName, LayerVersion, Resolver, Setting, SigningConfig, Throttle, UsagePlan,
};
use source_text::{Node, SmolStr};

use model_builder::{Builder, Item, Properties, references};

use crate::functions;

pub(super) fn domain(builder: &Builder<'_>, item: &Item<'_>) -> DomainName {
    let properties = builder.properties(item);
    let is_rest = item.type_() == "AWS::ApiGateway::DomainName";
    let policy = properties.text(&["SecurityPolicy"]);
    let in_list = properties.items(&["DomainNameConfigurations"]).iter().find_map(|(_, node)| {
        Properties::new(properties.evaluator, node).text(&["SecurityPolicy"])
    });
    // Without types the endpoint of a REST API's domain is edge-optimised.
    let types = properties.texts(&["EndpointConfiguration", "Types"]);
    let is_edge = is_rest
        && (types.is_empty() || types.iter().any(|kind| kind.value.may_be("EDGE")))
        && properties.at(&["RegionalCertificateArn"]).is_none();
    DomainName {
        security_policy: policy.or(in_list),
        mutual_tls: properties.at(&["MutualTlsAuthentication"]).is_some(),
        is_rest,
        is_edge,
        apis: mapped_apis(builder, item),
    }
}

/// Interfaces that the mappings of a custom domain lead to.
fn mapped_apis(builder: &Builder<'_>, domain: &Item<'_>) -> Vec<SmolStr> {
    let own_name = domain.properties.get("DomainName").and_then(written_name);
    ["AWS::ApiGateway::BasePathMapping", "AWS::ApiGatewayV2::ApiMapping"]
        .iter()
        .flat_map(|type_| builder.of_type(type_))
        .filter(|mapping| {
            mapping.properties.get("DomainName").is_some_and(|node| {
                let name = written_name(node);
                (name.is_some() && name == own_name)
                    || references(node).iter().any(|r| r.name == domain.name())
            })
        })
        .filter_map(|mapping| {
            let api = ["RestApiId", "ApiId"].iter().find_map(|key| mapping.properties.get(key))?;
            builder.referent(api)
        })
        .collect()
}

/// How a name is written, and whether as the name of a parameter: two that read alike are one.
fn written_name(node: &Node) -> Option<(bool, SmolStr)> {
    match node.get("Ref") {
        Some(parameter) => Some((true, parameter.scalar_text()?)),
        None => Some((false, node.scalar_text()?)),
    }
}

pub(super) fn distribution(builder: &Builder<'_>, item: &Item<'_>) -> Distribution {
    let outer = builder.properties(item);
    let Some(config) = outer.below(&["DistributionConfig"]) else { return Distribution::default() };
    let mut viewer_policies: Vec<Setting<SmolStr>> = Vec::new();
    viewer_policies.extend(config.text(&["DefaultCacheBehavior", "ViewerProtocolPolicy"]));
    for (_, behaviour) in config.items(&["CacheBehaviors"]) {
        let behaviour = Properties::new(config.evaluator, &behaviour);
        viewer_policies.extend(behaviour.text(&["ViewerProtocolPolicy"]));
    }
    let certificate = config.below(&["ViewerCertificate"]);
    Distribution {
        minimum_protocol: config.text(&["ViewerCertificate", "MinimumProtocolVersion"]),
        default_certificate: certificate.is_none_or(|certificate| {
            certificate.at(&["CloudFrontDefaultCertificate"]).and_then(Node::as_bool) == Some(true)
        }),
        viewer_policies,
        firewall: config.text(&["WebACLId"]),
        access_log: config.at(&["Logging"]).is_some(),
        origins: config.at(&["Origins"]).map_or_else(Vec::new, |node| builder.referents(node)),
    }
}

pub(super) fn usage_plan(builder: &Builder<'_>, item: &Item<'_>) -> UsagePlan {
    let properties = builder.properties(item);
    UsagePlan {
        throttle: properties.below(&["Throttle"]).map(|throttle| Throttle {
            rate: throttle.number(&["RateLimit"]),
            burst: throttle.number(&["BurstLimit"]),
            place: throttle.node.place,
        }),
        quota: properties.integer(&["Quota", "Limit"]),
        apis: properties
            .items(&["ApiStages"])
            .iter()
            .filter_map(|(_, stage)| builder.referent(stage.get("ApiId")?))
            .collect(),
    }
}

pub(super) fn layer(builder: &Builder<'_>, item: &Item<'_>) -> LayerVersion {
    let shared_with = builder
        .of_type("AWS::Lambda::LayerVersionPermission")
        .filter(|permission| {
            permission
                .properties
                .get("LayerVersionArn")
                .is_some_and(|node| references(node).iter().any(|r| r.name == item.name()))
        })
        // With an organisation, `*` means every account of it.
        .filter(|permission| permission.properties.get("OrganizationId").is_none())
        .filter_map(|permission| builder.properties(permission).text(&["Principal"]))
        .collect();
    let properties = builder.properties(item);
    let is_local = properties.at(&["Content"]).is_some_and(|node| node.as_map().is_none());
    let content = properties.text(&["Content"]).filter(|_| is_local);
    LayerVersion { shared_with, content: content.or_else(|| functions::asset_path(item)) }
}

pub(super) fn signing(builder: &Builder<'_>, item: &Item<'_>) -> SigningConfig {
    SigningConfig {
        untrusted_artifacts: builder
            .properties(item)
            .text(&["CodeSigningPolicies", "UntrustedArtifactOnDeployment"]),
    }
}

pub(super) fn resolver(builder: &Builder<'_>, item: &Item<'_>) -> Resolver {
    let properties = builder.properties(item);
    let part = |key: &str| properties.at(&[key]).and_then(Node::as_str).unwrap_or_default();
    let field = if item.type_() == "AWS::AppSync::Resolver" {
        format!("{}.{}", part("TypeName"), part("FieldName"))
    } else {
        part("Name").to_owned()
    };
    let templates = ["RequestMappingTemplate", "ResponseMappingTemplate", "Code"]
        .iter()
        .filter_map(|key| properties.text(&[key]))
        .collect();
    Resolver {
        api: properties.at(&["ApiId"]).and_then(|node| builder.referent(node)),
        field: SmolStr::new(field),
        templates,
        data_source: properties.text(&["DataSourceName"]).map(|setting| setting.value),
        uses_data: uses_data(builder, properties),
    }
}

/// A resolver has a source of its own, or functions with sources.
fn uses_data(builder: &Builder<'_>, properties: Properties<'_>) -> Option<bool> {
    let functions = properties.items(&["PipelineConfig", "Functions"]);
    let mut sources: Vec<Option<bool>> = functions
        .iter()
        .map(|(_, node)| {
            let function = builder.items.get(&builder.referent(node)?)?;
            is_data(builder, function.properties.get("DataSourceName")?)
        })
        .collect();
    sources.extend(properties.at(&["DataSourceName"]).map(|node| is_data(builder, node)));
    // One source that is known to hold data decides.
    if sources.contains(&Some(true)) {
        return Some(true);
    }
    if sources.contains(&None) { None } else { Some(false) }
}

/// Whether a data source that is named, by reference or by its name, is another than `NONE`.
fn is_data(builder: &Builder<'_>, name: &Node) -> Option<bool> {
    let named = || {
        let name = name.as_str()?;
        builder
            .of_type("AWS::AppSync::DataSource")
            .find(|item| item.properties.get("Name").and_then(Node::as_str) == Some(name))
    };
    let referred = builder.referent(name).and_then(|name| builder.items.get(&name));
    let kind = builder.properties(referred.or_else(named)?).text(&["Type"])?;
    Some(!kind.value.all(|kind| kind == "NONE"))
}
