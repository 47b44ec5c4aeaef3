//! Custom domains of HTTP APIs (and of WebSocket APIs): the domain, its mappings and records.

use sam_core::intrinsic::Here;
use sam_core::resource::{Resource, Sam};
use source_text::{Diagnostic, Map, Node};

use crate::domain::{given_paths, mutual_tls};
use crate::openapi::truthy;
use crate::record_set::{Target, expand as expand_records};
use crate::{Apis, hash_of};

/// Expands `Domain`, whose parameters are resolved; `tags` are those of the generated domain.
pub(crate) fn expand(
    apis: &mut Apis,
    sam: &Sam,
    domain: &Node,
    tags: Option<&Node>,
) -> Result<Vec<Resource>, Diagnostic> {
    let Some(properties) = domain.as_map() else {
        return Err(sam.error(domain.place, "`Domain` must be a mapping"));
    };
    let given = |key: &str| properties.get(key).filter(|node| !node.is_null());
    let (Some(name), Some(certificate)) = (given("DomainName"), given("CertificateArn")) else {
        let message = "`Domain` needs both `DomainName` and `CertificateArn`";
        return Err(sam.error(domain.place, message));
    };
    if let Some(endpoint) =
        given("EndpointConfiguration").filter(|e| e.as_str() != Some("REGIONAL"))
    {
        let message = "`Domain.EndpointConfiguration` must be `REGIONAL` here";
        return Err(sam.error(endpoint.place, message));
    }
    let id = format!("ApiGatewayDomainNameV2{}", hash_of(name));
    let here = Here(name.place);
    let mut resource = sam.child(id.as_str(), "AWS::ApiGatewayV2::DomainName");
    resource.set("DomainName", name.clone());
    resource.set_some("Tags", tags);
    let mut configuration =
        vec![("CertificateArn", certificate.clone()), ("EndpointType", here.text("REGIONAL"))];
    for key in ["OwnershipVerificationCertificateArn", "SecurityPolicy"] {
        configuration
            .extend(given(key).filter(|node| truthy(node)).map(|node| (key, node.clone())));
    }
    resource.set("DomainNameConfigurations", here.list([here.map(configuration)]));
    if let Some(tls) = mutual_tls(sam, properties)? {
        resource.set("MutualTlsAuthentication", tls);
    }
    let mut resources = vec![resource];
    resources.extend(mappings(sam, properties, &here.reference(id.as_str()))?);
    let target = Target { domain: properties, name, endpoint: "REGIONAL", id: &id };
    resources.extend(expand_records(apis, sam, &target, false)?);
    Ok(resources)
}

fn mappings(sam: &Sam, properties: &Map, domain: &Node) -> Result<Vec<Resource>, Diagnostic> {
    let here = sam.here();
    let mapping = |id: String, key: Option<Node>| {
        let mut mapping = sam.child(id, "AWS::ApiGatewayV2::ApiMapping");
        mapping.set("DomainName", domain.clone());
        mapping.set("ApiId", here.reference(sam.id.clone()));
        mapping.set("Stage", here.reference(format!("{}.Stage", sam.id)));
        mapping.set_some("ApiMappingKey", key.as_ref());
        mapping
    };
    let Some(paths) = given_paths(properties) else {
        return Ok(vec![mapping(format!("{}ApiMapping", sam.id), None)]);
    };
    paths
        .iter()
        .map(|path| {
            let text = path.as_str().filter(|text| {
                text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_".contains(&byte))
            });
            let Some(text) = text else {
                let message = "`Domain.BasePath` takes letters, digits, `/`, `-` and `_`";
                return Err(sam.error(path.place, message));
            };
            let plain: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
            let key = Node::text(path.place, text.trim_matches('/'));
            Ok(mapping(format!("{}{plain}ApiMapping", sam.id), Some(key)))
        })
        .collect()
}
