//! Whatever an inventory holds, its documents are valid, repeatable, and read back as the same bill.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use component::{
    Algorithm, Component, ComponentKind, Digest, Ecosystem, Evidence, EvidenceKind, Inventory,
    Origin, OriginKind, RemarkKind, Requirement, Scope, Script,
};
use proptest::prelude::*;
use sbom::{
    Bill, Layer, Mark, PartKind, Spec, Subject, SubjectKind, collect, combine, judge, read_json,
    write_json, write_spdx, write_xml,
};

const TIME: &str = "2026-01-31T10:00:00Z";

fn ecosystem() -> impl Strategy<Value = Option<Ecosystem>> {
    prop::sample::select(vec![
        None,
        Some(Ecosystem::Npm),
        Some(Ecosystem::PyPI),
        Some(Ecosystem::Maven),
        Some(Ecosystem::Go),
        Some(Ecosystem::Packagist),
    ])
}

/// Names as they are, and names that want to break a notation.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-c]{1,3}",
        "@[a-c]{1,2}/[a-c]{1,2}",
        "[a-c]{1,2}:[a-c]{1,2}",
        "[a-z&<>\"' \u{0}-\u{20}\u{e9}%#?@/]{1,8}",
    ]
}

fn digest() -> impl Strategy<Value = Digest> {
    let algorithms = vec![Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512, Algorithm::Sha224];
    (prop::sample::select(algorithms), any::<u8>()).prop_map(|(algorithm, byte)| {
        Digest::new(algorithm, &format!("{byte:02x}").repeat(algorithm.length())).unwrap()
    })
}

fn evidence() -> impl Strategy<Value = Evidence> {
    let kinds = vec![EvidenceKind::Lock, EvidenceKind::Manifest, EvidenceKind::Installed];
    ("(task|layers/0)/[a-c&]{1,3}", prop::option::of(1_u32..9), prop::sample::select(kinds))
        .prop_map(|(path, line, kind)| Evidence { path, line, kind })
}

fn origin() -> impl Strategy<Value = Origin> {
    let kinds = vec![
        OriginKind::Registry,
        OriginKind::Git,
        OriginKind::Url,
        OriginKind::Path,
        OriginKind::Unknown,
    ];
    (prop::sample::select(kinds), "(https://|git\\+ssh://git@|)[a-z.]{1,5}/[a-z |^%\"<]{0,5}")
        .prop_map(|(kind, address)| Origin::at(kind, &address))
}

fn component() -> impl Strategy<Value = Component> {
    let scopes =
        vec![Scope::Runtime, Scope::Development, Scope::Optional, Scope::Peer, Scope::Unknown];
    let licence = prop_oneof![
        Just("MIT".to_owned()),
        Just("mit OR Apache-2.0".to_owned()),
        Just("BSD".to_owned()),
        "[a-z (<&]{0,6}"
    ];
    (
        (ecosystem(), name(), prop::option::of("[0-9]\\.[0-9a-z+&-]{1,3}"), any::<bool>()),
        (
            prop::sample::select(scopes),
            prop::collection::vec(licence, 0..3),
            prop::collection::vec(digest(), 0..4),
            prop::collection::vec(evidence(), 1..3),
            origin(),
        ),
        (any::<bool>(), prop::option::of("[<>=0-9, ]{0,5}"), prop::option::of("[a-z &]{1,5}")),
    )
        .prop_map(|(names, facts, wishes)| {
            let (ecosystem, name, version, is_project) = names;
            let (scope, licences, digests, evidence, origin) = facts;
            let mut component = Component::new(Ecosystem::Npm, name, version);
            component.ecosystem = ecosystem;
            // A name that its ecosystem cannot have has no package URL of that ecosystem.
            if component.purl().starts_with("pkg:generic/") {
                component.ecosystem = None;
            }
            if is_project {
                component.kind = ComponentKind::Project;
            }
            component.scope = scope;
            component.licences = licences;
            component.digests = digests;
            component.evidence = evidence;
            component.origin = origin;
            (component.direct, component.wanted, component.deprecated) = wishes;
            component.scripts = vec![Script { name: "postinstall".to_owned(), command: None }];
            component
        })
}

fn inventory() -> impl Strategy<Value = Inventory> {
    let remarks = prop::collection::vec("[a-z&<\u{0}-\u{8}]{0,6}", 0..2);
    let edges = prop::collection::vec((0_usize..12, prop::option::of(0_usize..12)), 0..30);
    (prop::collection::vec(component(), 0..12), edges, remarks).prop_map(|(all, edges, remarks)| {
        let mut inventory = Inventory::default();
        let count = all.len();
        for component in all {
            inventory.add(component).unwrap();
        }
        for (from, to) in edges.into_iter().filter(|(from, _)| *from < count) {
            let to = to.filter(|to| *to < count);
            inventory.require(from, Requirement { to, ..Requirement::new("x", "^1") });
        }
        for what in remarks {
            inventory.remark("task/a", Some(1), RemarkKind::Unread, what);
        }
        inventory
    })
}

fn subject() -> Subject {
    Subject {
        kind: SubjectKind::Function,
        name: "CreateOrder".to_owned(),
        runtime: Some("python3.13".to_owned()),
        layers: vec![
            Layer { name: "Shared".to_owned(), prefix: Some("layers/0/".to_owned()) },
            Layer { name: "arn:aws:lambda:::layer:x:1".to_owned(), prefix: None },
        ],
    }
}

fn bill(inventory: Inventory) -> Bill {
    collect(inventory, &subject(), &[], TIME, "0.1.0")
}

/// Names and versions of packages, and the edges between them by name.
fn shape(inventory: &Inventory) -> (Vec<String>, Vec<(String, String)>) {
    let name = |component: &Component| {
        let digests: std::collections::BTreeSet<_> = component.digests.iter().collect();
        let evidence: std::collections::BTreeSet<_> = component.evidence.iter().collect();
        format!(
            "{:?} {:?} {} {:?} {:?} {digests:?} {evidence:?} {:?} {}",
            component.ecosystem,
            component.kind,
            component.name,
            component.version,
            component.scope,
            component.wanted,
            component.direct,
        )
    };
    let mut names: Vec<String> = inventory.components.iter().map(name).collect();
    names.sort();
    let of = |id: usize| name(&inventory.components[id]);
    let edges = inventory.edges().into_iter().filter(|(from, to)| from != to);
    let mut edges: Vec<_> = edges.map(|(from, to)| (of(from), of(to))).collect();
    edges.sort();
    (names, edges)
}

/// `orders` in `task/`, as the application itself or as a package that it asks for.
fn orders(kind: ComponentKind) -> Inventory {
    let mut orders = Component::new(Ecosystem::Npm, "orders", Some("1.0".to_owned()));
    orders.kind = kind;
    let mut inventory = Inventory::default();
    inventory.add(orders.seen("task/package.json", None, EvidenceKind::Manifest)).unwrap();
    inventory
}

#[test]
fn an_application_and_the_package_of_its_name_stay_two_in_a_joined_bill() {
    let other = Subject { name: "DeleteOrder".to_owned(), ..subject() };
    let joined = |one, two| {
        let bills = vec![bill(orders(one)), collect(orders(two), &other, &[], TIME, "0.1.0")];
        let parts = combine("shop", bills).parts.into_iter().filter(|it| it.name == "orders");
        parts.map(|it| (it.kind, it.purl)).collect::<Vec<_>>()
    };
    let purl = || Some("pkg:npm/orders@1.0".to_owned());
    let (application, library) = ((PartKind::Application, None), (PartKind::Library, purl()));
    let (own, asked) = (ComponentKind::Project, ComponentKind::Library);
    assert_eq!(joined(own, asked), [application.clone(), library.clone()]);
    assert_eq!(joined(asked, own), [library.clone(), application.clone()]);
    assert_eq!(joined(own, own), [application]);
    assert_eq!(joined(asked, asked), [library]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_document_is_valid_and_read_back_as_the_same_bill(inventory in inventory()) {
        let bill = bill(inventory);
        for spec in [Spec::V1_6, Spec::V1_7] {
            let text = write_json(&bill, spec);
            prop_assert_eq!(judge(text.as_bytes()), Ok(spec));
            prop_assert_eq!(read_json(text.as_bytes()).unwrap(), bill.clone());
        }
    }

    #[test]
    fn the_inventory_comes_back_out_of_its_bill(inventory in inventory()) {
        let merged = inventory.clone().merged();
        let back = bill(inventory).to_inventory("bom.json");
        // A name with a separator of its ecosystem is split and joined again; one of no ecosystem
        // is not split.
        prop_assert_eq!(shape(&back), shape(&merged));
    }

    #[test]
    fn several_functions_are_one_valid_bill_with_nothing_left_out(one in inventory(), two in inventory()) {
        let other = Subject { name: "DeleteOrder".to_owned(), ..subject() };
        let bills = vec![bill(one), collect(two, &other, &[], TIME, "0.1.0")];
        let purls = |bill: &Bill| bill.parts.iter().filter_map(|it| it.purl.clone()).collect::<std::collections::BTreeSet<_>>();
        let apart: std::collections::BTreeSet<String> = bills.iter().flat_map(purls).collect();
        let whole = combine("shop", bills);
        prop_assert_eq!(purls(&whole), apart);
        let all: std::collections::BTreeSet<&String> = whole.parts.iter().map(|it| &it.reference)
            .chain([&whole.root.reference]).collect();
        prop_assert_eq!(all.len(), whole.parts.len() + 1);
        for (from, to) in &whole.depends {
            prop_assert!(all.contains(from) && to.iter().all(|it| all.contains(it)));
        }
        prop_assert_eq!(whole.depends.len(), all.len());
        for spec in [Spec::V1_6, Spec::V1_7] {
            let text = write_json(&whole, spec);
            prop_assert_eq!(judge(text.as_bytes()), Ok(spec));
        }
    }

    #[test]
    fn every_part_hangs_below_the_root_and_every_reference_leads_somewhere(inventory in inventory()) {
        let bill = bill(inventory);
        let mut reached = std::collections::BTreeSet::new();
        let mut open = vec![bill.root.reference.clone()];
        while let Some(next) = open.pop() {
            if reached.insert(next.clone()) {
                open.extend(bill.depends[&next].iter().cloned());
            }
        }
        let all: std::collections::BTreeSet<String> = bill.parts.iter().map(|it| it.reference.clone())
            .chain([bill.root.reference.clone()]).collect();
        prop_assert_eq!(all.len(), bill.parts.len() + 1);
        prop_assert_eq!(&reached, &all);
        let named = bill.compositions.iter().flat_map(|it| it.assemblies.iter().chain(&it.dependencies));
        for reference in named {
            prop_assert!(all.contains(reference), "{reference}");
        }
    }

    #[test]
    fn the_xml_says_what_the_json_says(inventory in inventory()) {
        let bill = bill(inventory);
        let text = write_xml(&bill, Spec::V1_7);
        let tree = roxmltree::Document::parse(&text).unwrap();
        let components = tree.root_element().children().find(|it| it.has_tag_name("components")).unwrap();
        let parts: Vec<_> = components.children().filter(roxmltree::Node::is_element).collect();
        prop_assert_eq!(parts.len(), bill.parts.len());
        for (part, node) in bill.parts.iter().zip(parts) {
            // What XML cannot hold is replaced.
            let plain = |text: &str| text.replace(|c: char| c < ' ' && !"\t\n\r".contains(c), "\u{fffd}");
            prop_assert_eq!(node.attribute("bom-ref").unwrap(), plain(&part.reference));
            let name = node.children().find(|it| it.has_tag_name("name")).unwrap();
            prop_assert_eq!(name.text().unwrap_or_default(), plain(&part.name));
        }
    }

    #[test]
    fn the_spdx_document_refers_to_its_own_packages_only(inventory in inventory()) {
        let bill = bill(inventory);
        let document: serde_json::Value = serde_json::from_str(&write_spdx(&bill)).unwrap();
        let ids: std::collections::BTreeSet<&str> =
            document["packages"].as_array().unwrap().iter().map(|it| it["SPDXID"].as_str().unwrap()).collect();
        prop_assert_eq!(ids.len(), bill.parts.len() + 1);
        for relation in document["relationships"].as_array().unwrap() {
            let to = relation["relatedSpdxElement"].as_str().unwrap();
            prop_assert!(ids.contains(to), "{to}");
        }
    }

    #[test]
    fn the_order_in_which_files_were_read_does_not_show(all in prop::collection::vec(component(), 0..8)) {
        let fill = |all: Vec<Component>| {
            let mut inventory = Inventory::default();
            for component in all {
                inventory.add(component).unwrap();
            }
            inventory
        };
        // Distinct packages, no applications: putting several files' words together keeps their order.
        let mut known = std::collections::BTreeSet::new();
        let all: Vec<Component> =
            all.into_iter().filter(|it| known.insert((it.ecosystem, it.key()))).map(|it| Component { kind: ComponentKind::Library, ..it }).collect();
        let mut turned = all.clone();
        turned.reverse();
        prop_assert_eq!(
            write_json(&bill(fill(all)), Spec::V1_6),
            write_json(&bill(fill(turned)), Spec::V1_6)
        );
    }
}

#[test]
fn what_is_said_besides_stands_at_its_component_or_at_the_whole() {
    let mut inventory = Inventory::default();
    for path in ["layers/0/a", "task/a"] {
        let mut component = Component::new(Ecosystem::PyPI, "a", Some("1.0".to_owned()));
        let kind = EvidenceKind::Installed;
        component.evidence.push(Evidence { path: path.to_owned(), line: None, kind });
        inventory.add(component).unwrap();
    }
    let mark = |component, value: &str| Mark { component, name: "drift", value: value.to_owned() };
    let marks = [mark(Some(1), "of one"), mark(None, "of all"), mark(Some(7), "of none")];
    let bill = collect(inventory, &subject(), &marks, TIME, "0.1.0");
    let part = bill.parts.iter().find(|it| it.name == "a").unwrap();
    assert_eq!(part.property("faasguard:drift"), Some("of one"));
    assert_eq!(part.property("faasguard:layer"), Some("layer:0:Shared"));
    let of_all = bill.properties.iter().filter(|it| it.name == "faasguard:drift");
    assert_eq!(of_all.map(|it| it.value.as_str()).collect::<Vec<_>>(), ["of all"]);
}

#[test]
fn a_layer_holds_what_stands_in_it() {
    let mut inventory = Inventory::default();
    let mut add = |name: &str, path: &str| {
        let mut component = Component::new(Ecosystem::PyPI, name, Some("1.0".to_owned()));
        let kind = EvidenceKind::Installed;
        component.evidence.push(Evidence { path: path.to_owned(), line: None, kind });
        inventory.add(component).unwrap();
    };
    add("boto3", "layers/0/python/boto3-1.0.dist-info/METADATA");
    add("orders", "task/orders-1.0.dist-info/METADATA");
    let bill = bill(inventory);
    let layer =
        bill.parts.iter().find(|it| it.kind == PartKind::Layer && it.name == "Shared").unwrap();
    assert_eq!(bill.depends[&layer.reference].iter().collect::<Vec<_>>(), ["pkg:pypi/boto3@1.0"]);
    let of_root: Vec<_> = bill.depends[&bill.root.reference].iter().collect();
    assert_eq!(
        of_root,
        ["layer:0:Shared", "layer:1:arn:aws:lambda:::layer:x:1", "pkg:pypi/orders@1.0"]
    );
}
