use std::io::Write;

use component::{Component, Inventory, RemarkKind, Scope};

use crate::{Reader, reads};

fn read(files: &[(&str, &str)]) -> Inventory {
    let (mut reader, mut into) = (Reader::new(), Inventory::default());
    for (path, text) in files {
        assert!(reads(path), "{path}");
        reader.meet(path);
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
                dep\texample.com/b\tv1.0.0\n=>\texample.com/fork\tv1.0.1\th1:y=\n\
                dep\texample.com/c\tv1.0.0\n=>\t../c\t(devel)\t\nbuild\tvcs.revision=0a1b\n";
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
            "pkg:golang/example.com/fork@v1.0.1",
            "pkg:golang/example.com/c"
        ]
    );
    assert_eq!(into.components[0].origin.revision.as_deref(), Some("0a1b"));
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
        let mut reader = Reader::new();
        reader.read("pom.xml", text.as_bytes(), &mut into);
        reader.finish(&mut into);
        assert!(into.components.len() + into.remarks.len() > 0);
    }
}

#[test]
fn a_pom_inherits_versions_properties_and_dependencies() {
    let parent = "<project><groupId>com.example</groupId><artifactId>all</artifactId><version>2</version>
        <properties><j>2.15</j><own>0</own></properties>
        <dependencyManagement><dependencies>
          <dependency><groupId>g</groupId><artifactId>managed</artifactId><version>${j}.2</version></dependency>
          <dependency><groupId>com.example</groupId><artifactId>bom</artifactId><version>1</version><type>pom</type><scope>import</scope></dependency>
        </dependencies></dependencyManagement>
        <dependencies><dependency><groupId>g</groupId><artifactId>inherited</artifactId><version>1</version></dependency></dependencies>
        </project>";
    let bom = "<project><groupId>com.example</groupId><artifactId>bom</artifactId><version>1</version>
        <properties><j>9</j></properties>
        <dependencyManagement><dependencies>
          <dependency><groupId>g</groupId><artifactId>imported</artifactId><version>${j}</version></dependency>
          <dependency><groupId>g</groupId><artifactId>managed</artifactId><version>never</version></dependency>
        </dependencies></dependencyManagement></project>";
    let function = "<project><parent><groupId>com.example</groupId><artifactId>all</artifactId><version>2</version></parent>
        <artifactId>orders</artifactId><licenses><license><name>MIT</name></license></licenses>
        <properties><own>7</own></properties>
        <dependencies>
          <dependency><groupId>g</groupId><artifactId>managed</artifactId></dependency>
          <dependency><groupId>g</groupId><artifactId>imported</artifactId></dependency>
          <dependency><groupId>g</groupId><artifactId>own</artifactId><version>${own}</version></dependency>
          <dependency><groupId>${project.groupId}</groupId><artifactId>shared</artifactId><version>${project.version}</version></dependency>
        </dependencies>
        <profiles><profile><id>x</id><dependencies><dependency><groupId>g</groupId><artifactId>extra</artifactId><version>1</version></dependency></dependencies></profile></profiles>
        </project>";
    let shared = "<project><parent><groupId>com.example</groupId><artifactId>all</artifactId><version>2</version><relativePath>../pom.xml</relativePath></parent><artifactId>shared</artifactId></project>";
    let inventory = read(&[
        ("orders/pom.xml", function),
        ("pom.xml", parent),
        ("bom/pom.xml", bom),
        ("shared/pom.xml", shared),
    ]);
    let orders =
        inventory.components.iter().position(|it| it.name == "com.example:orders").unwrap();
    let edges = inventory.edges();
    let mut asked: Vec<String> = edges
        .iter()
        .filter(|(from, _)| *from == orders)
        .map(|(_, to)| inventory.components[*to].purl())
        .collect();
    asked.sort();
    let expected = [
        "pkg:maven/com.example/shared@2",
        "pkg:maven/g/extra@1",
        "pkg:maven/g/imported@9",
        "pkg:maven/g/inherited@1",
        "pkg:maven/g/managed@2.15.2",
        "pkg:maven/g/own@7",
    ];
    assert_eq!(asked, expected);
    assert_eq!(inventory.components[orders].licences, ["MIT"]);
    assert_eq!(find(&inventory, "g:extra").scope, Scope::Optional);
}

#[test]
fn a_circle_of_parents_ends() {
    let one = "<project><parent><groupId>g</groupId><artifactId>b</artifactId></parent><artifactId>a</artifactId></project>";
    let two = "<project><parent><groupId>g</groupId><artifactId>a</artifactId><relativePath>a.xml</relativePath></parent><artifactId>b</artifactId></project>";
    assert_eq!(read(&[("x/pom.xml", one), ("pom.xml", two)]).components.len(), 2);
}

#[test]
fn jars_within_a_jar_are_told_with_what_they_ask_for() {
    let lib = "app.jar!/BOOT-INF/lib";
    let files = [
        (format!("{lib}/a-1.0.jar!/META-INF/maven/g/a/pom.properties"), "groupId=g\nartifactId=a\nversion=1.0\n"),
        (
            format!("{lib}/a-1.0.jar!/META-INF/maven/g/a/pom.xml"),
            "<project><groupId>g</groupId><artifactId>a</artifactId><version>1.0</version>
             <licenses><license><name>Apache-2.0</name></license></licenses><dependencies>
             <dependency><groupId>g</groupId><artifactId>b</artifactId><version>2.0</version></dependency>
             <dependency><groupId>g</groupId><artifactId>t</artifactId><version>1</version><scope>test</scope></dependency>
             </dependencies></project>",
        ),
        // Two shaded into a third.
        (format!("{lib}/b-2.0.jar!/META-INF/maven/g/b/pom.properties"), "groupId=g\nartifactId=b\nversion=2.0\n"),
        (format!("{lib}/b-2.0.jar!/META-INF/maven/h/s/pom.properties"), "groupId=h\nartifactId=s\nversion=3\n"),
        (
            format!("{lib}/slf4j-api-2.0.9.jar!/META-INF/MANIFEST.MF"),
            "Manifest-Version: 1.0\nBundle-SymbolicName: org.slf4j\n .api\nBundle-License: MIT;x=y\n\nName: x\nBundle-SymbolicName: no.no\n",
        ),
        // One that carries another along under that one's name alone.
        (format!("{lib}/own-4.2.jar!/META-INF/MANIFEST.MF"), "Implementation-Vendor-Id: com.own\n"),
        (format!("{lib}/own-4.2.jar!/META-INF/maven/h/inner/pom.properties"), "groupId=h\nartifactId=inner\nversion=3\n"),
        // One under another name.
        (format!("{lib}/renamed-5.jar!/META-INF/maven/h/right/pom.properties"), "groupId=h\nartifactId=right\nversion=5\n"),
        (format!("{lib}/odd-1.jar!/META-INF/MANIFEST.MF"), "Manifest-Version: 1.0\n"),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (&**path, *text)).collect();
    let (mut reader, mut into) = (Reader::new(), Inventory::default());
    reader.meet(&format!("{lib}/plain-1.1-beta.jar!/x.class"));
    for (path, text) in files {
        assert!(reads(path), "{path}");
        reader.read(path, text.as_bytes(), &mut into);
    }
    reader.finish(&mut into);
    let mut all: Vec<String> = into.components.iter().map(Component::purl).collect();
    all.sort();
    let expected = [
        "pkg:maven/com.own/own@4.2",
        "pkg:maven/g/a@1.0",
        "pkg:maven/g/b@2.0",
        "pkg:maven/h/inner@3",
        "pkg:maven/h/right@5",
        "pkg:maven/h/s@3",
        "pkg:maven/odd@1",
        "pkg:maven/org.slf4j/slf4j-api@2.0.9",
        "pkg:maven/plain@1.1-beta",
    ];
    assert_eq!(all, expected);
    let edges: Vec<String> = into
        .edges()
        .into_iter()
        .map(|(a, b)| format!("{}>{}", into.components[a].name, into.components[b].name))
        .collect();
    assert_eq!(edges, ["g:a>g:b", "g:b>h:s", "com.own:own>h:inner"]);
    assert_eq!(find(&into, "g:a").licences, ["Apache-2.0"]);
    assert_eq!(find(&into, "org.slf4j:slf4j-api").licences, ["MIT"]);
    assert_eq!(into.remarks.len(), 2);
}

#[test]
fn projects_of_dotnet_ask_by_reference_and_by_central_versions() {
    let inventory = read(&[
        (
            "packages.config",
            r#"<packages><package id="Old" version="1.0"/><package id="Tool" version="2" developmentDependency="true"/></packages>"#,
        ),
        (
            "Directory.Packages.props",
            r#"<Project><ItemGroup><PackageVersion Include="Central" Version="4.1.0"/></ItemGroup></Project>"#,
        ),
        (
            "src/Orders/Orders.csproj",
            r#"<Project Sdk="x"><PropertyGroup><AwsVersion>3.7.1</AwsVersion></PropertyGroup><ItemGroup>
               <PackageReference Include="Amazon.Lambda.Core" Version="2.2.0" />
               <PackageReference Include="AWSSDK.S3" Version="$(AwsVersion)" />
               <PackageReference Include="central" />
               <PackageReference Include="Analyzer"><Version>[1.0,2.0)</Version><PrivateAssets>all</PrivateAssets></PackageReference>
               </ItemGroup></Project>"#,
        ),
    ]);
    let all: Vec<String> = inventory.components.iter().map(Component::purl).collect();
    let expected = [
        "pkg:nuget/Old@1.0",
        "pkg:nuget/Tool@2",
        "pkg:nuget/Orders",
        "pkg:nuget/Amazon.Lambda.Core@2.2.0",
        "pkg:nuget/AWSSDK.S3@3.7.1",
        "pkg:nuget/central@4.1.0",
        "pkg:nuget/Analyzer",
    ];
    assert_eq!(all, expected);
    assert_eq!(find(&inventory, "Analyzer").scope, Scope::Development);
    assert_eq!(inventory.edges().len(), 4);
}

#[test]
fn members_of_a_workspace_of_cargo_stay_apart_and_know_what_is_for_testing() {
    let lock = "version = 4\n[[package]]\nname = \"a\"\nversion = \"0.1.0\"\ndependencies = [\"b\", \"x\", \"t\"]\n\
        [[package]]\nname = \"b\"\nversion = \"0.1.0\"\n\
        [[package]]\nname = \"x\"\nversion = \"1.0.0\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\n\
        [[package]]\nname = \"t\"\nversion = \"1.0.0\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\n";
    let manifest = "[package]\nname = \"a\"\nlicense = \"MIT\"\n[dependencies]\nx = \"1\"\nb = { path = \"../b\" }\n\
        [dev-dependencies]\nt = \"1\"\n";
    let inventory = read(&[
        ("Cargo.lock", lock),
        ("crates/a/Cargo.toml", manifest),
        ("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\n"),
        ("alone/other/Cargo.toml", "[package]\nname = \"c\"\nversion = \"2.0.0\"\n"),
    ]);
    let merged = inventory.merged();
    let names: Vec<&str> = merged.components.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["a", "b", "x", "t"]);
    assert_eq!(find(&merged, "t").scope, Scope::Development);
    assert_eq!(
        (find(&merged, "x").scope, find(&merged, "b").scope),
        (Scope::Runtime, Scope::Runtime)
    );
    assert_eq!(find(&merged, "a").licences, ["MIT"]);
    let inventory = read(&[("f/Cargo.toml", manifest)]);
    assert_eq!(inventory.edges().len(), 3);
    assert_eq!(find(&inventory, "t").scope, Scope::Development);
}

#[test]
fn a_build_of_gradle_asks_in_texts() {
    let groovy = "def jackson = '2.15.2'\next.other = \"1.0\"\ndependencies {\n  // implementation 'no:no:1'\n\
        implementation 'com.amazonaws:aws-lambda-java-core:1.2.3'\n  implementation \"com.fasterxml.jackson.core:jackson-databind:$jackson\"\n\
        testImplementation group: 'junit', name: 'junit', version: '4.13'\n  implementation project(':shared')\n\
        runtimeOnly(\"g:r:${other}\")\n  implementation platform('g:bom:1.0')\n  implementation 'g:managed'\n  implementation libs.slf4j\n}\n";
    let inventory = read(&[("orders/build.gradle", groovy)]);
    let all: Vec<String> = inventory.components.iter().skip(1).map(Component::purl).collect();
    let expected = [
        "pkg:maven/com.amazonaws/aws-lambda-java-core@1.2.3",
        "pkg:maven/com.fasterxml.jackson.core/jackson-databind@2.15.2",
        "pkg:maven/junit/junit@4.13",
        "pkg:maven/g/r@1.0",
        "pkg:maven/g/bom@1.0",
        "pkg:maven/g/managed",
    ];
    assert_eq!(all, expected);
    assert_eq!(find(&inventory, "junit:junit").scope, Scope::Development);
}

#[test]
fn vendored_modules_of_go_and_their_sums_are_read() {
    let inventory = read(&[
        (
            "vendor/modules.txt",
            "# example.com/a v1.0.0\n## explicit; go 1.20\nexample.com/a/x\n# example.com/b v1.0.0 => example.com/c v2.0.0\nexample.com/b\n",
        ),
        ("go.mod", "module m\nrequire example.com/a v1.0.0\nexclude example.com/a v1.0.0\n"),
        ("go.sum", "example.com/a v1.0.0 h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"),
    ]);
    let all: Vec<String> = inventory.components.iter().map(Component::purl).collect();
    let expected = [
        "pkg:golang/example.com/a@v1.0.0",
        "pkg:golang/example.com/c@v2.0.0",
        "pkg:golang/m",
        "pkg:golang/example.com/a@v1.0.0",
    ];
    assert_eq!(all, expected);
    assert!(inventory.components[0].direct && !inventory.components[1].direct);
    assert_eq!(inventory.components[3].digests.len(), 1);
    assert_eq!(inventory.remarks.len(), 1);
}

/// An ELF file for x86-64 with one section besides that of names.
fn elf(name: &str, data: &[u8]) -> Vec<u8> {
    let names = format!("\0{name}\0.shstrtab\0");
    let (data_at, names_at) = (64_u64, 64 + data.len() as u64);
    let table_at = names_at + names.len() as u64;
    let mut file = b"\x7fELF\x02\x01\x01".to_vec();
    file.resize(16, 0);
    file.extend(2_u16.to_le_bytes());
    file.extend(62_u16.to_le_bytes());
    file.extend(1_u32.to_le_bytes());
    for number in [0, 0, table_at] {
        file.extend(number.to_le_bytes());
    }
    file.extend(0_u32.to_le_bytes());
    for number in [64_u16, 56, 0, 64, 3, 2] {
        file.extend(number.to_le_bytes());
    }
    file.extend(data);
    file.extend(names.as_bytes());
    let mut section = |name: u32, kind: u32, at: u64, size: u64| {
        file.extend(name.to_le_bytes());
        file.extend(kind.to_le_bytes());
        for number in [0, 0, at, size, 0, 1, 0] {
            file.extend(u64::to_le_bytes(number));
        }
    };
    // The header of a section ends with alignment and entry size; the flags and address come first.
    section(0, 0, 0, 0);
    section(1, 1, data_at, data.len() as u64);
    section(u32::try_from(name.len()).unwrap() + 2, 3, names_at, names.len() as u64);
    file
}

#[test]
fn a_program_of_rust_tells_the_list_that_was_put_into_it() {
    let list = r#"{"packages": [
        {"name": "app", "version": "0.1.0", "source": "local", "dependencies": [1, 2], "root": true},
        {"name": "serde", "version": "1.0.1", "source": "crates.io"},
        {"name": "cc", "version": "1.2.0", "source": "crates.io", "kind": "build", "dependencies": [7]}]}"#;
    let mut packed = Vec::new();
    let mut encoder = flate2::write::ZlibEncoder::new(&mut packed, flate2::Compression::default());
    encoder.write_all(list.as_bytes()).unwrap();
    encoder.finish().unwrap();
    let program = elf(".dep-v0", &packed);
    let mut into = Inventory::default();
    // Told by what is in it, whatever it is called.
    Reader::new().read("lib/handler.txt", &program, &mut into);
    let all: Vec<String> = into.components.iter().map(Component::purl).collect();
    assert_eq!(all, ["pkg:cargo/app@0.1.0", "pkg:cargo/serde@1.0.1", "pkg:cargo/cc@1.2.0"]);
    assert_eq!(into.edges().into_iter().collect::<Vec<_>>(), [(0, 1), (0, 2)]);
    assert_eq!(find(&into, "cc").scope, Scope::Development);
    for end in (0..program.len()).step_by(3) {
        let mut into = Inventory::default();
        Reader::new().read("bootstrap", &program[..end], &mut into);
        assert!(into.components.len() <= 3);
    }
}
