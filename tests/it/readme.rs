//! README.md keeps up with the program.

use gongbao_tables::Table;
use std::path::Path;

#[test]
fn every_column_stands_in_the_readme() {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md")).unwrap();
    for table in Table::ALL {
        let heading = format!("### `{}`", table.name());
        let section = readme.split_once(&heading).unwrap_or_else(|| panic!("no section {heading}")).1;
        let section = section.split_once("\n#").map_or(section, |(section, _)| section);
        for field in table.schema().fields() {
            assert!(section.contains(&format!("`{}`", field.name())), "{heading} has no column {}", field.name());
        }
    }
}

#[test]
fn every_path_of_the_readme_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let quoted = readme.lines().filter(|line| !line.starts_with("```")).flat_map(|line| line.split('`').skip(1).step_by(2));
    let below = |path: &&str| ["src/", "tests/", "config/", ".ci/"].iter().any(|folder| path.starts_with(folder));
    let paths: Vec<&str> = quoted.filter(below).map(|path| path.split(['*', ' ']).next().unwrap_or_default()).collect();
    assert!(paths.len() > 8, "{paths:?}");
    for path in paths {
        assert!(root.join(path).exists(), "README.md tells of {path}");
    }
    // The map: each line names what lies in the folder of the nearest line above that is less indented.
    let map = readme.split_once("\nsrc/\n").unwrap().1.split_once("```").unwrap().0;
    let mut folders = vec![String::from("src/")];
    for line in map.lines() {
        let (indent, name) = line.split_once("── ").map_or(("", line), |(indent, name)| (indent, name));
        let depth = if indent.is_empty() { 0 } else { indent.chars().count() / 4 + 1 };
        folders.truncate(depth);
        // Several names may stand on one line; what they are follows two blanks later.
        let names: Vec<&str> = name.split_whitespace().take_while(|word| word.ends_with('/') || word.ends_with(".rs")).collect();
        assert!(!names.is_empty(), "{line}");
        for name in &names {
            let path = folders.concat() + name;
            assert!(root.join(&path).exists(), "README.md maps {path}");
        }
        folders.push(names[0].to_owned());
    }
}
