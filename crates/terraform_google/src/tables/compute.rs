//! Networks and what stands before functions in them.

use super::{Type, nothing, plain, with};

pub(super) static TYPES: &[Type] = &[
    with(
        "google_compute_network",
        "compute.googleapis.com/Network",
        &[("auto_create_subnetworks", "autoCreateSubnetworks"), ("routing_mode", "routingMode")],
    ),
    plain("google_compute_subnetwork", "compute.googleapis.com/Subnetwork"),
    with(
        "google_compute_firewall",
        "compute.googleapis.com/Firewall",
        &[
            ("allow", "allowed"),
            ("allow.protocol", "IPProtocol"),
            ("deny", "denied"),
            ("deny.protocol", "IPProtocol"),
        ],
    ),
    plain("google_compute_ssl_policy", "compute.googleapis.com/SslPolicy"),
    with(
        "google_compute_security_policy",
        "compute.googleapis.com/SecurityPolicy",
        &[("rule", "rules")],
    ),
    plain("google_compute_forwarding_rule", "compute.googleapis.com/ForwardingRule"),
    plain("google_compute_global_forwarding_rule", "compute.googleapis.com/GlobalForwardingRule"),
    plain("google_compute_backend_service", "compute.googleapis.com/BackendService"),
    plain(
        "google_compute_region_network_endpoint_group",
        "compute.googleapis.com/NetworkEndpointGroup",
    ),
    plain("google_compute_target_http_proxy", "compute.googleapis.com/TargetHttpProxy"),
    plain("google_compute_target_https_proxy", "compute.googleapis.com/TargetHttpsProxy"),
    plain("google_vpc_access_connector", "vpcaccess.googleapis.com/Connector"),
    plain("google_dns_managed_zone", "dns.googleapis.com/ManagedZone"),
    nothing("google_compute_address"),
    nothing("google_compute_global_address"),
    nothing("google_compute_health_check"),
    nothing("google_compute_managed_ssl_certificate"),
    nothing("google_compute_network_peering"),
    nothing("google_compute_route"),
    nothing("google_compute_router"),
    nothing("google_compute_router_nat"),
    nothing("google_compute_url_map"),
    nothing("google_compute_region_url_map"),
    nothing("google_dns_record_set"),
    nothing("google_service_networking_connection"),
];
