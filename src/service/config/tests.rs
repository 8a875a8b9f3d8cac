//! Tests of the configuration.

use super::*;

fn parse(text: &str, variables: &[(&str, &str)]) -> Result<Config, String> {
    let environment = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Config::parse(text, Path::new("etc/gongbao.toml"), &environment).map_err(|error| error.to_string())
}

#[test]
fn the_sample_is_complete_and_equal_to_the_defaults() {
    let sample: ConfigFile = toml::from_str(SAMPLE).unwrap();
    let source = SourceFile { name: String::from("samples"), paths: vec![String::from("../tests/corpus/samples")], ..SourceFile::default() };
    assert_eq!(sample, ConfigFile { sources: vec![source], ..ConfigFile::default() });
    let written: toml::Table = toml::from_str(SAMPLE).unwrap();
    let keys = |table: &str| written[table].as_table().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys("output"), ["dir", "keep_objects", "retain_hours", "retain_snapshots"]);
    assert_eq!(keys("limits"), ["document_mib", "parser_mib", "parser_seconds"]);
    assert_eq!(keys("lexicon"), ["dir"]);
    assert_eq!(keys("log"), ["dir", "format", "keep", "level", "rotation"]);
    assert_eq!(keys("serve"), ["listen", "token"]);
    assert_eq!(keys("metrics"), ["textfile"]);
    let fetch = ["at_once", "contact", "host_at_once", "host_wait_ms", "private_hosts", "proxy", "redirects", "seconds"];
    assert_eq!(keys("fetch"), fetch);
    assert_eq!(keys("retry"), ["attempts", "longest_wait_ms", "wait_ms"]);
    let marked: String = SAMPLE
        .lines()
        .skip_while(|line| *line != "# [[schedules]]")
        .filter_map(|line| line.strip_prefix("# "))
        .map(|line| format!("{line}\n"))
        .collect();
    let schedules: ConfigFile = toml::from_str(&marked).unwrap();
    let schedule = schedules.schedules.first().unwrap();
    assert_eq!((schedule.name.as_str(), schedule.overlap, schedule.missed, schedule.watch), ("morning", Overlap::Skip, Missed::Latest, false));
    let source: Vec<_> = written["sources"][0].as_table().unwrap().keys().cloned().collect();
    assert_eq!(source, ["area", "index", "links", "manifest", "name", "options", "paths", "published", "store", "urls"]);
}

#[test]
fn paths_are_relative_to_the_file() {
    let config = parse(SAMPLE, &[]).unwrap();
    assert_eq!(config.output, Path::new("output"));
    assert_eq!(config.lexicon, Path::new("etc/lexicon"));
    assert_eq!(config.sources[0].paths(), [Path::new("tests/corpus/samples")]);
    assert_eq!(config.document_bytes, 64 * 1024 * 1024);
}

#[test]
fn problems_name_line_and_column() {
    let told = |text: &str| parse(text, &[]).unwrap_err();
    assert!(told("[output]\ndirr = 'x'\n").starts_with("etc/gongbao.toml:2:1: unknown field `dirr`"));
    assert!(told("[output]\nretain_hours = \"x\"\n").starts_with("etc/gongbao.toml:2:16: invalid type"));
    assert!(told("[output\n").starts_with("etc/gongbao.toml:1:8: "));
    assert_eq!(told("[limits]\n  document_mib = 0\n"), "etc/gongbao.toml:2:18: no document has so few bytes");
    let twice = "[[sources]]\nname='a'\npaths=['x']\n[[sources]]\nname='a'\npaths=['y']\n";
    assert_eq!(told(twice), "etc/gongbao.toml:5:6: two sources are named a");
    assert!(told("[[sources]]\nname='a'\npaths=['x']\npublished='2024-13'\n").starts_with("etc/gongbao.toml:4:11: wants YYYY"));
    let source = |rest: &str| told(&format!("[[sources]]\nname='a'\n{rest}"));
    for (rest, expected) in [
        ("", "2:6: source a names no documents: it wants paths, or urls and index, or store"),
        ("paths=['']", "3:7: source a names an empty path"),
        ("paths=['x']\nurls=['http://a.cn/']", "2:6: source a is of two kinds: paths, urls with index, and store want a source each"),
        ("urls=['a.cn']", "3:6: a.cn is no address: relative URL without a base"),
        ("urls=['ftp://a.cn/']", "3:6: ftp://a.cn/ is no address of a page: it wants http:// or https://"),
        ("urls=['http://me:hunter2@a.cn/']", "3:6: the address of a page of a.cn holds a name or a password, which would stand in the tables"),
        ("index=['http://a.cn/']\n", "3:7: an index page wants a pattern of the links that lead to documents, and the pattern wants an index page"),
        ("index=['http://a.cn/']\nlinks=['[']", "4:7: error parsing glob '[': unclosed character class; missing ']'"),
        ("urls=['http://a.cn/?key=${env:KEY}']", "3:7: no secret may stand in urls: it would be told in tables and logs"),
        ("store='s3://a/b?sig=1'", "3:7: a query does not belong into the address of a store: name what it says in options"),
        ("store='ftp://a/b'", "3:7: ftp://a/b: no store of a known kind: s3://, gs://, az:// or file://"),
        ("store='s3://a/b'\noptions={aws_no_such=''}", "4:9: aws_no_such: no setting of this store"),
    ] {
        assert_eq!(source(rest), format!("etc/gongbao.toml:{expected}"));
    }
    assert_eq!(told("[fetch]\nat_once = 0\n"), "etc/gongbao.toml:2:11: one at a time is the least");
    assert_eq!(told("[fetch]\nseconds = 0\n"), "etc/gongbao.toml:2:11: no transfer takes so little time");
    let contact = "etc/gongbao.toml:2:11: stands in a header of HTTP: it wants letters, digits and marks of ASCII";
    assert_eq!(told("[fetch]\ncontact = '统计处'\n"), contact);
}

#[test]
fn the_environment_overrides_every_key() {
    let config = parse(
        SAMPLE,
        &[
            ("GONGBAO__OUTPUT__DIR", "/srv/tables"),
            ("GONGBAO__LIMITS__DOCUMENT_MIB", "2"),
            ("GONGBAO__LOG__LEVEL", "debug"),
            ("GONGBAO__SOURCES__0__AREA", "420000"),
            ("GONGBAO__SOURCES__0__PATHS", "['a', 'b']"),
        ],
    )
    .unwrap();
    assert_eq!(config.output, Path::new("/srv/tables"));
    assert_eq!(config.document_bytes, 2 << 20);
    assert_eq!(config.log_level, LogLevel::Debug);
    assert_eq!(config.sources[0].area.as_deref(), Some("420000"));
    assert_eq!(config.sources[0].paths(), [Path::new("etc/a"), Path::new("etc/b")]);
    let told = |name| parse(SAMPLE, &[(name, "hunter2")]).unwrap_err();
    assert_eq!(told("GONGBAO__OUTPUT__DIRR"), "environment variable GONGBAO__OUTPUT__DIRR: names no key of the configuration");
    assert_eq!(
        told("GONGBAO__LIMITS__DOCUMENT_MIB"),
        "environment variable GONGBAO__LIMITS__DOCUMENT_MIB: is no value of the kind that this key takes"
    );
}

#[test]
fn secrets_are_filled_in_and_change_no_hash() {
    let text = "[output]\ndir = '/srv/${env:PLACE}'\n";
    let one = parse(text, &[("PLACE", "one")]).unwrap();
    let two = parse(text, &[("PLACE", "two")]).unwrap();
    assert_eq!(one.output, Path::new("/srv/one"));
    assert_eq!(one.hash, two.hash);
    assert_eq!(parse(text, &[]).unwrap_err(), "etc/gongbao.toml:2:7: environment variable PLACE is not set");
    assert!(parse("[output]\ndir = '${vault:x}'\n", &[]).unwrap_err().contains("${vault:x} is neither"));
    assert!(parse("[output]\ndir = '${file:none}'\n", &[]).unwrap_err().contains("cannot read etc/none"));
}
