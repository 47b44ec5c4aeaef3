//! Custom domains of REST APIs: the domain, its base paths and its records.

use sam_core::intrinsic::Here;
use sam_core::resource::{Resource, Sam};
use source_text::{Diagnostic, Map, Node, SmolStr};

use crate::openapi::truthy;
use crate::record_set::{Target, expand as expand_records};
use crate::{Apis, hash_of, private_domain};

/// What `Domain` of a REST API becomes.
#[derive(Debug, Default)]
pub(crate) struct RestDomain {
    /// Domain, base paths, records.
    pub(crate) resources: Vec<Resource>,
    /// What comes after everything else.
    pub(crate) last: Option<Resource>,
    /// `Domain`, parameters resolved.
    pub(crate) configuration: Option<Node>,
}

/// Expands `Domain`, whose parameters are resolved.
pub(crate) fn expand_rest(
    apis: &mut Apis,
    sam: &Sam,
    domain: Option<Node>,
) -> Result<RestDomain, Diagnostic> {
    let Some(domain) = domain.filter(|domain| !domain.is_null()) else {
        return Ok(RestDomain::default());
    };
    let Some(properties) = domain.as_map() else {
        return Err(sam.error(domain.place, "`Domain` must be a mapping"));
    };
    for required in ["DomainName", "CertificateArn"] {
        if properties.get(required).is_none_or(Node::is_null) {
            return Err(sam.error(domain.place, format!("`Domain` lacks `{required}`")));
        }
    }
    let endpoint = properties.get("EndpointConfiguration").filter(|node| !node.is_null());
    let kind = match endpoint.map(|endpoint| endpoint.as_str()) {
        None => "REGIONAL",
        Some(Some(kind @ ("EDGE" | "REGIONAL" | "PRIVATE"))) => kind,
        Some(_) => {
            let place = endpoint.map_or(domain.place, |endpoint| endpoint.place);
            let message = "`Domain.EndpointConfiguration` must be `EDGE`, `REGIONAL` or `PRIVATE`";
            return Err(sam.error(place, message));
        }
    };
    let (resources, last) = if kind == "PRIVATE" {
        private_domain::expand(apis, sam, properties)?
    } else {
        (public(apis, sam, properties, kind)?, None)
    };
    Ok(RestDomain { resources, last, configuration: Some(domain) })
}

fn public(
    apis: &mut Apis,
    sam: &Sam,
    properties: &Map,
    endpoint: &str,
) -> Result<Vec<Resource>, Diagnostic> {
    let (Some(name), Some(certificate)) =
        (properties.get("DomainName"), properties.get("CertificateArn"))
    else {
        return Ok(Vec::new());
    };
    let id = format!("ApiGatewayDomainName{}", hash_of(name));
    let mut domain = sam.child(id.as_str(), "AWS::ApiGateway::DomainName");
    domain.set("DomainName", name.clone());
    let certificate_key =
        if endpoint == "REGIONAL" { "RegionalCertificateArn" } else { "CertificateArn" };
    domain.set(certificate_key, certificate.clone());
    set_endpoint(&mut domain, properties, endpoint);
    if let Some(tls) = mutual_tls(sam, properties)? {
        domain.set("MutualTlsAuthentication", tls);
    }
    set_optional(
        &mut domain,
        properties,
        &["SecurityPolicy", "EndpointAccessMode", "Policy", "OwnershipVerificationCertificateArn"],
    );
    let here = Here(name.place);
    let mut resources = vec![domain];
    let reference = ("DomainName", here.reference(id.as_str()));
    let type_ = "AWS::ApiGateway::BasePathMapping";
    resources.extend(base_paths(sam, properties, type_, &reference)?);
    let target = Target { domain: properties, name, endpoint, id: &id };
    resources.extend(expand_records(apis, sam, &target, true)?);
    Ok(resources)
}

/// Sets `EndpointConfiguration` of a domain.
pub(crate) fn set_endpoint(domain: &mut Resource, properties: &Map, endpoint: &str) {
    let place = properties.get("EndpointConfiguration").map_or(domain.place, |node| node.place);
    let here = Here(place);
    let mut parts = vec![("Types", here.texts([endpoint]))];
    if let Some(kind) = properties.get("IpAddressType").filter(|kind| truthy(kind)) {
        parts.push(("IpAddressType", kind.clone()));
    }
    domain.set("EndpointConfiguration", here.map(parts));
}

/// Sets the properties that are given and not empty.
pub(crate) fn set_optional(domain: &mut Resource, properties: &Map, names: &[&str]) {
    for name in names {
        domain.set_some(name, properties.get(name).filter(|node| truthy(node)));
    }
}

/// `MutualTlsAuthentication` of a domain, checked.
pub(crate) fn mutual_tls(sam: &Sam, properties: &Map) -> Result<Option<Node>, Diagnostic> {
    const KNOWN: [&str; 2] = ["TruststoreUri", "TruststoreVersion"];
    let tls = properties.get("MutualTlsAuthentication").filter(|tls| truthy(tls));
    let Some(tls) = tls else { return Ok(None) };
    let Some(map) = tls.as_map() else {
        let message = "`MutualTlsAuthentication` must be a mapping with `TruststoreUri`";
        return Err(sam.error(tls.place, message));
    };
    if let Some((key, entry)) = map.entries().find(|(key, _)| !KNOWN.contains(&key.as_str())) {
        let message = format!("`MutualTlsAuthentication` has no property `{key}`");
        return Err(sam.error(entry.key_place, message));
    }
    let given = map.iter().filter(|(_, value)| truthy(value));
    let pairs = given.map(|(key, value)| (key.clone(), value.clone()));
    Ok(Some(Node::map(tls.place, pairs)))
}

/// The base paths under which a domain serves an API.
pub(crate) fn base_paths(
    sam: &Sam,
    properties: &Map,
    type_: &str,
    domain: &(&'static str, Node),
) -> Result<Vec<Resource>, Diagnostic> {
    let here = sam.here();
    let mapping = |id: String, path: Option<Node>| {
        let mut mapping = sam.child(id, type_);
        mapping.set(domain.0, domain.1.clone());
        mapping.set("RestApiId", here.reference(sam.id.clone()));
        mapping.set("Stage", here.reference(format!("{}.Stage", sam.id)));
        mapping.set_some("BasePath", path.as_ref());
        mapping
    };
    let Some(paths) = given_paths(properties) else {
        return Ok(vec![mapping(format!("{}BasePathMapping", sam.id), None)]);
    };
    let normalizes = properties.get("NormalizeBasePath").is_none_or(truthy);
    paths
        .iter()
        .map(|path| {
            let Some(text) = path.as_str() else {
                return Err(sam.error(path.place, "`Domain.BasePath` must be a list of texts"));
            };
            let plain: SmolStr = text.chars().filter(|c| c.is_alphanumeric()).collect();
            let id = format!("{}{plain}BasePathMapping", sam.id);
            let base = if normalizes { plain } else { SmolStr::new(text) };
            Ok(mapping(id, Some(Node::text(path.place, base))))
        })
        .collect()
}

/// `BasePath` as a list; `None` when it is absent, empty or an intrinsic function.
pub(crate) fn given_paths(properties: &Map) -> Option<Vec<Node>> {
    let path = properties.get("BasePath").filter(|path| truthy(path))?;
    match path.as_list() {
        Some(list) => Some(list.to_vec()),
        None => path.as_str().map(|_| vec![path.clone()]),
    }
}
