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
