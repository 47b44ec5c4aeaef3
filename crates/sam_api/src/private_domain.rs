//! Private custom domains of REST APIs, reached through VPC endpoints.

use sam_core::intrinsic::Here;
use sam_core::resource::{Resource, Sam};
use source_text::{Diagnostic, Map, Node};

use crate::domain::{base_paths, set_endpoint, set_optional};
use crate::record_set::{Target, expand as expand_records};
use crate::{Apis, hash_of};

/// The domain, base paths and records, and the link to a VPC endpoint.
pub(crate) fn expand(
    apis: &mut Apis,
    sam: &Sam,
    properties: &Map,
) -> Result<(Vec<Resource>, Option<Resource>), Diagnostic> {
    let (Some(name), Some(certificate)) =
        (properties.get("DomainName"), properties.get("CertificateArn"))
    else {
        return Ok((Vec::new(), None));
    };
    let id = format!("ApiGatewayDomainNameV2{}", hash_of(name));
    let mut domain = sam.child(id.as_str(), "AWS::ApiGateway::DomainNameV2");
    domain.set("DomainName", name.clone());
    domain.set("CertificateArn", certificate.clone());
    set_endpoint(&mut domain, properties, "PRIVATE");
    set_optional(&mut domain, properties, &["SecurityPolicy", "EndpointAccessMode", "Policy"]);
    let here = Here(name.place);
    let mut resources = vec![domain];
    let reference = ("DomainNameArn", here.reference(id.as_str()));
    let type_ = "AWS::ApiGateway::BasePathMappingV2";
    resources.extend(base_paths(sam, properties, type_, &reference)?);
    let target = Target { domain: properties, name, endpoint: "PRIVATE", id: &id };
    resources.extend(expand_records(apis, sam, &target, true)?);
    let access = properties.get("AccessAssociation").filter(|access| !access.is_null());
    let link = access.map(|access| {
        let endpoint =
            access.get("VpcEndpointId").cloned().unwrap_or_else(|| Node::null(access.place));
        let data =
            Node::list(access.place, vec![endpoint.clone(), Node::text(access.place, id.as_str())]);
        let link_id = format!("DomainNameAccessAssociation{}", hash_of(&data));
        let mut link = sam.child(link_id, "AWS::ApiGateway::DomainNameAccessAssociation");
        link.set("DomainNameArn", reference.1.clone());
        link.set("AccessAssociationSourceType", Here(access.place).text("VPCE"));
        link.set_some("AccessAssociationSource", Some(&endpoint));
        link
    });
    Ok((resources, link))
}
