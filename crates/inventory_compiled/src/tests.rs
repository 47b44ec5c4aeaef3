use std::io::Write;

use component::{Component, Inventory, RemarkKind, Scope};

use crate::{Reader, reads};

fn read(files: &[(&str, &str)]) -> Inventory {
    let (mut reader, mut into) = (Reader::new(), Inventory::default());
    for (path, text) in files {
        assert!(reads(path), "{path}");
        reader.read(path, text.as_bytes(), &mut into);
    }
    reader.finish(&mut into);
    into
}

fn find<'i>(inventory: &'i Inventory, name: &str) -> &'i Component {
    inventory.components.iter().find(|it| it.name == name).unwrap()
}

#[test]
fn modules_of_go_are_replaced_and_vouched_for() {
    let inventory = read(&[
        (
            "f/go.mod",
            "module example.com/f\n\ngo 1.22\n\nrequire (\n\texample.com/a v1.2.3\n\texample.com/b v0.1.0 // indirect\n\
             \texample.com/c v1.0.0\n)\nrequire example.com/d v1.0.0\nreplace example.com/c => ../c\n\
             replace example.com/d v1.0.0 => example.com/fork v1.0.1\n",
        ),
        ("f/go.sum", "example.com/a v1.2.3 h1:x=\nexample.com/a v1.2.3/go.mod h1:y=\n"),
    ]);
    let names: Vec<String> = inventory.components.iter().map(Component::purl).collect();
    assert_eq!(
        names,
        [
            "pkg:golang/example.com/f",
            "pkg:golang/example.com/a@v1.2.3",
            "pkg:golang/example.com/b@v0.1.0",
            "pkg:golang/example.com/c",
            "pkg:golang/example.com/fork@v1.0.1"
        ]
    );
    assert_eq!(inventory.edges().len(), 4);
    assert!(!find(&inventory, "example.com/b").direct);
    let remarks: Vec<&str> = inventory.remarks.iter().map(|it| it.what.as_str()).collect();
    assert_eq!(remarks, ["`go.sum` has no sum of `example.com/fork`; its files are not checked"]);
}

#[test]
fn a_lock_of_cargo_keeps_its_graph() {
    let checksum = "0a".repeat(32);
    let inventory = read(&[(
        "Cargo.lock",
        &format!(
            "version = 4\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\"x 1.0.0\", \"g\"]\n\
             [[package]]\nname = \"x\"\nversion = \"0.9.0\"\n\
             source = \"registry+https://github.com/rust-lang/crates.io-index\"\n\
             [[package]]\nname = \"x\"\nversion = \"1.0.0\"\nchecksum = \"{checksum}\"\n\
             source = \"registry+https://github.com/rust-lang/crates.io-index\"\n\
             [[package]]\nname = \"g\"\nversion = \"2.0.0\"\nsource = \"git+https://example.com/g?branch=main#abc\"\n"
        ),
    )]);
    assert_eq!(inventory.edges().into_iter().collect::<Vec<_>>(), [(0, 2), (0, 3)]);
    assert_eq!(inventory.components[2].digests.len(), 1);
    assert_eq!(find(&inventory, "g").origin.revision.as_deref(), Some("abc"));
    assert!(find(&inventory, "g").direct);
}

#[test]
fn properties_of_a_pom_are_filled_in_and_unknown_ones_stay() {
    let inventory = read(&[(
        "pom.xml",
        "<project><parent><groupId>com.example</groupId><version>7</version></parent><artifactId>f</artifactId>
         <properties><v>1.5</v><w>${v}</w></properties>
         <dependencyManagement><dependencies><dependency><groupId>g</groupId><artifactId>managed</artifactId>
         <version>3</version></dependency></dependencies></dependencyManagement>
         <dependencies>
         <dependency><groupId>g</groupId><artifactId>a</artifactId><version>${w}</version></dependency>
         <dependency><groupId>${project.groupId}</groupId><artifactId>b</artifactId><version>${no}</version></dependency>
         <dependency><groupId>g</groupId><artifactId>managed</artifactId><scope>test</scope></dependency>
         </dependencies></project>",
    )]);
    let names: Vec<String> = inventory.components.iter().map(Component::purl).collect();
    assert_eq!(
        names,
        [
            "pkg:maven/com.example/f@7",
            "pkg:maven/g/a@1.5",
            "pkg:maven/com.example/b",
            "pkg:maven/g/managed@3"
        ]
    );
    assert_eq!(find(&inventory, "com.example:b").wanted.as_deref(), Some("${no}"));
    assert_eq!(find(&inventory, "g:managed").scope, Scope::Development);
}

#[test]
fn locks_of_gradle_and_jars_tell_maven_packages() {
    let inventory = read(&[
        (
            "gradle.lockfile",
            "# made by Gradle\ng:a:1.0=compileClasspath,runtimeClasspath\ng:t:2=testRuntimeClasspath\nempty=x\nodd\n",
        ),
        ("META-INF/maven/g/j/pom.properties", "#x\ngroupId=g\nartifactId=j\nversion=3\n"),
    ]);
    assert_eq!(find(&inventory, "g:a").scope, Scope::Runtime);
    assert_eq!(find(&inventory, "g:t").scope, Scope::Development);
    assert_eq!(find(&inventory, "g:j").version.as_deref(), Some("3"));
    assert_eq!(inventory.remarks.len(), 1);
}

#[test]
fn packages_of_dotnet_come_from_locks_and_published_programs() {
    let inventory = read(&[
        (
            "packages.lock.json",
            r#"{"version": 1, "dependencies": {"net8.0": {
                "A": {"type": "Direct", "requested": "[1.0.0, )", "resolved": "1.0.0", "dependencies": {"b": "2.0.0"}},
                "B": {"type": "Transitive", "resolved": "2.0.0"}}}}"#,
        ),
        (
            "out/App.deps.json",
            r#"{"runtimeTarget": {"name": "t"}, "targets": {"t": {"App/1.0.0": {"dependencies": {"C": "3.0.0"}}}},
                "libraries": {"App/1.0.0": {"type": "project"}, "C/3.0.0": {"type": "package"}}}"#,
        ),
    ]);
    assert_eq!(inventory.edges().into_iter().collect::<Vec<_>>(), [(0, 1), (2, 3)]);
    assert!(find(&inventory, "A").direct && !find(&inventory, "B").direct);
}

#[test]
fn a_program_of_go_tells_its_modules() {
    let list = "path\texample.com/f\nmod\texample.com/f\t(devel)\t\ndep\texample.com/a\tv1.0.0\th1:x=\n\
                dep\texample.com/b\tv1.0.0\n=>\texample.com/fork\tv1.0.1\th1:y=\n";
    let mut program = b"\x7fELF".to_vec();
    program.resize(64, 0);
    program.extend(b"\xff Go buildinf:\x08\x02");
    program.resize(96, 0);
    program.push(8);
    program.extend(b"go1.22.3");
    let length = list.len() + 32;
    program
        .extend([u8::try_from(length & 0x7f | 0x80).unwrap(), u8::try_from(length >> 7).unwrap()]);
    program.extend([b'm'; 16]);
    program.extend(list.as_bytes());
    program.extend([b'm'; 16]);
    let mut into = Inventory::default();
    Reader::new().read("bootstrap", &program, &mut into);
    let names: Vec<String> = into.components.iter().map(Component::purl).collect();
    assert_eq!(
        names,
        [
            "pkg:golang/example.com/f",
            "pkg:golang/stdlib@1.22.3",
            "pkg:golang/example.com/a@v1.0.0",
            "pkg:golang/example.com/fork@v1.0.1"
        ]
    );
    for end in 0..program.len() {
        let mut into = Inventory::default();
        Reader::new().read("bootstrap", &program[..end], &mut into);
        let _ = writeln!(std::io::sink(), "{}", into.components.len());
    }
}

#[test]
fn what_cannot_be_read_is_a_remark() {
    for path in ["Cargo.lock", "pom.xml", "packages.lock.json", "x.deps.json", "pom.properties"] {
        let mut into = Inventory::default();
        Reader::new().read(path, b"\xff\xff{", &mut into);
        assert_eq!(into.remarks.len(), 1, "{path}");
        assert_eq!(into.remarks[0].kind, RemarkKind::Unread);
    }
}

#[test]
fn deep_and_growing_documents_are_bounded() {
    let deep = "<a>".repeat(200_000);
    let growing = "<project><properties><a>${b}${b}</a><b>${a}${a}</b></properties><version>${a}</version></project>";
    let entities = "<!DOCTYPE p [<!ENTITY a \"b\">]><project>&a;</project>";
    for text in [deep.as_str(), growing, entities] {
        let mut into = Inventory::default();
        Reader::new().read("pom.xml", text.as_bytes(), &mut into);
        assert!(into.components.len() + into.remarks.len() > 0);
    }
}
