//! Pictures of a small application.

use finding::Severity;
use report::{Graph, GraphEdge, GraphFormat, GraphNode, NodeKind, render_graph};

fn node(id: &str, label: &str, kind: NodeKind, risk: Option<Severity>) -> GraphNode {
    GraphNode { id: id.to_owned(), label: label.to_owned(), kind, risk, note: None }
}

fn edge(from: &str, to: &str, label: &str, danger: bool) -> GraphEdge {
    GraphEdge { from: from.to_owned(), to: to.to_owned(), label: label.to_owned(), danger }
}

fn orders() -> Graph {
    use NodeKind::{Function, Internet, Resource, Role, Service, Trigger};
    Graph {
        title: "orders/template.yaml".to_owned(),
        nodes: vec![
            node("internet", "internet", Internet, None),
            node("events", "EventBridge", Service, None),
            node("post", "POST /orders", Trigger, Some(Severity::High)),
            node("get", "GET /orders/{id}", Trigger, None),
            node("queue", "OrderQueue", Trigger, None),
            node("nightly", "rate(1 day)", Trigger, None),
            node("create", "CreateOrder", Function, Some(Severity::Critical)),
            node("read", "ReadOrder", Function, None),
            node("ship", "ShipOrder", Function, Some(Severity::Medium)),
            node("report", "NightlyReport", Function, Some(Severity::Low)),
            node("create-role", "CreateOrderRole", Role, Some(Severity::High)),
            node("read-role", "ReadOrderRole", Role, None),
            node("ship-role", "ShipOrderRole", Role, None),
            node("orders", "Orders", Resource, None),
            node("bucket", "Invoices", Resource, None),
            node("secret", "PaymentKey", Resource, None),
        ],
        edges: vec![
            edge("internet", "post", "no authorizer", true),
            edge("internet", "get", "jwt", false),
            edge("events", "nightly", "", false),
            edge("post", "create", "", true),
            edge("get", "read", "", false),
            edge("queue", "ship", "batch of 10", false),
            edge("nightly", "report", "", false),
            edge("create", "create-role", "runs as", true),
            edge("read", "read-role", "", false),
            edge("ship", "ship-role", "", false),
            edge("report", "ship-role", "", false),
            edge("create-role", "orders", "dynamodb:*", true),
            edge("read-role", "orders", "dynamodb:GetItem", false),
            edge("ship-role", "bucket", "s3:PutObject", false),
            edge("create-role", "secret", "secretsmanager:*", true),
            edge("create", "ship", "invokes", false),
            edge("internet", "ship", "function URL", true),
        ],
        columns: Vec::new(),
    }
}

#[test]
fn the_application_is_drawn_in_every_format() {
    for format in [GraphFormat::Svg, GraphFormat::Dot, GraphFormat::Mermaid, GraphFormat::Json] {
        insta::assert_snapshot!(format!("orders_{format}"), render_graph(format, &orders()));
    }
}

#[test]
fn json_keeps_its_schema() {
    let schema = include_str!("../../../docs/schemas/faasguard-graph-1.schema.json");
    let schema = serde_json::from_str(schema).unwrap();
    let graph = serde_json::from_str(&render_graph(GraphFormat::Json, &orders())).unwrap();
    jsonschema::draft202012::new(&schema).unwrap().validate(&graph).unwrap();
}

#[test]
fn an_edge_to_nothing_and_a_second_node_are_not_drawn() {
    let mut graph = Graph::default();
    let twice = node("a", "A", NodeKind::Function, None);
    graph.nodes = vec![twice.clone(), twice];
    graph.edges = vec![edge("a", "missing", "", false), edge("a", "a", "itself", false)];
    let json: serde_json::Value =
        serde_json::from_str(&render_graph(GraphFormat::Json, &graph)).unwrap();
    assert_eq!(json["nodes"].as_array().unwrap().len(), 1);
    assert_eq!(json["edges"].as_array().unwrap().len(), 1);
    assert!(render_graph(GraphFormat::Svg, &Graph::default()).contains("nothing to draw"));
}

#[test]
fn a_hostile_label_stays_a_label() {
    let mut graph = Graph::default();
    let label = "\"]\n--> x</text><script>alert(1)</script>\u{1b}[31m`${a}`\u{202e}";
    graph.nodes = vec![node(label, label, NodeKind::Function, None)];
    graph.edges = vec![edge(label, label, label, true)];
    for format in [GraphFormat::Svg, GraphFormat::Dot, GraphFormat::Mermaid] {
        let text = render_graph(format, &graph);
        assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "{text}");
    }
    let svg = render_graph(GraphFormat::Svg, &graph);
    let tree = roxmltree::Document::parse(&svg).unwrap();
    assert!(tree.descendants().all(|it| it.tag_name().name() != "script"), "{svg}");
    assert!(tree.descendants().any(|it| it.text().is_some_and(|it| it.contains("<script>"))));
    let mermaid = render_graph(GraphFormat::Mermaid, &graph);
    assert!(!mermaid.contains("<script>"), "{mermaid}");
    let nodes = mermaid.lines().filter(|line| line.starts_with("  n0")).collect::<Vec<_>>();
    assert_eq!(nodes.len(), 2, "{mermaid}");
    let dot = render_graph(GraphFormat::Dot, &graph);
    assert_eq!(dot.lines().filter(|line| line.trim_start().starts_with("n0")).count(), 2, "{dot}");
}

#[test]
fn a_large_application_is_drawn_in_time_and_bounds() {
    let mut graph = Graph::default();
    for number in 0..2_000 {
        let (function, role) = (format!("f{number}"), format!("r{number}"));
        graph.nodes.push(node(&function, &function, NodeKind::Function, None));
        graph.nodes.push(node(&role, &"x".repeat(5_000), NodeKind::Role, None));
        graph.edges.push(edge(&function, &role, "", false));
    }
    // Labels stand once whole, in the tooltip, and once cut.
    assert!(render_graph(GraphFormat::Svg, &graph).len() < 2_000 * 6_500);
}
