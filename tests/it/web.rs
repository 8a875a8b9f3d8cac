//! Pages by HTTP: fetched once, politely, within limits, and kept.

use crate::house::{House, stderr, stdout};
use crate::site::{Page, Site};
use assert_cmd::assert::Assert;
use std::io::Write;
use std::time::Duration;

const ROBOTS: &str = "/robots.txt";

/// A house whose one source is at a site; `fetch` and `source` are lines of the configuration.
fn house(fetch: &str, source: &str) -> House {
    let house = House::new();
    configure(&house, fetch, source);
    house
}

fn configure(house: &House, fetch: &str, source: &str) {
    let fetch = format!("host_wait_ms = 0\nprivate_hosts = ['127.0.0.1']\n{fetch}");
    let fetch: Vec<&str> = fetch.lines().enumerate().filter(|(at, line)| !is_set_later(&fetch, *at, line)).map(|(_, line)| line).collect();
    let retry = "attempts = 3\nwait_ms = 1\nlongest_wait_ms = 2";
    let text = format!("[output]\ndir = 'out'\n[retry]\n{retry}\n[fetch]\n{}\n[[sources]]\nname = 'web'\n{source}\n", fetch.join("\n"));
    house.write("gongbao.toml", text);
}

/// What a test sets counts before what all of them set.
fn is_set_later(lines: &str, at: usize, line: &str) -> bool {
    let key = line.split('=').next();
    lines.lines().skip(at + 1).any(|later| later.split('=').next() == key)
}

fn run(house: &House) -> Assert {
    house.gongbao("run --config gongbao.toml")
}

/// Path, status and cause of each document.
fn documents(house: &House) -> Vec<(String, String, String)> {
    let text = |row: &serde_json::Value, column: &str| row[column].as_str().unwrap_or_default().to_owned();
    let mut found: Vec<_> = house.rows("documents").iter().map(|row| (text(row, "path"), text(row, "status"), text(row, "error"))).collect();
    found.sort();
    found
}

fn values(house: &House) -> Vec<String> {
    let rows = house.rows("indicators");
    let gdp = rows.iter().filter(|row| row["indicator_code"] == "gdp" && row["measure"] == "level");
    let mut values: Vec<String> = gdp.map(|row| row["value_text"].as_str().unwrap().trim_end_matches("亿元").to_owned()).collect();
    values.sort();
    values
}

fn zip(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap().into_inner()
}

/// A site with an index page of two bulletins and an archive.
fn bulletins() -> (Site, String) {
    let site = Site::new();
    site.html("/sj/t20240301_1.html", "泰和县", "352.6");
    site.html("/sj/t20240302_2.html", "遂川县", "411.8");
    site.page("/sj/t20240303_3.zip", "application/zip", zip("公报.txt", "2023年，永丰县地区生产总值230.4亿元。".as_bytes()));
    let links =
        "<a href='t20240301_1.html#top'>一</a><a href='./t20240302_2.html'>二</a><a href='t20240303_3.zip'>三</a><a href='/about.html'>关于</a>";
    site.page("/sj/", "text/html", format!("<html><body>{links}</body></html>"));
    let source = format!("index = ['{}']\nlinks = ['{}']", site.url("/sj/"), site.url("/sj/t2024*_*.{html,zip}"));
    (site, source)
}

#[test]
fn a_second_fetch_transfers_nothing_when_nothing_changed() {
    let (site, source) = bulletins();
    site.page(ROBOTS, "text/plain", "User-agent: *\nDisallow: /about.html\n");
    let house = house("contact = 'data@example.cn'", &source);
    run(&house).success();
    assert_eq!(values(&house), ["230.4", "352.6", "411.8"]);
    let paths: Vec<String> = documents(&house).into_iter().map(|(path, _, _)| path).collect();
    let expected = ["/sj/t20240301_1.html", "/sj/t20240302_2.html", "/sj/t20240303_3.zip/公报.txt"];
    assert_eq!(paths, expected.map(|path| site.url(path)));
    let first = site.asked();
    assert_eq!(first.iter().filter(|asked| asked.status == 200).count(), 5, "{first:?}");
    assert_eq!(first[0].path, ROBOTS);
    assert!(first.iter().all(|asked| asked.headers.contains("user-agent: gongbao/") && asked.headers.contains("(+data@example.cn)")));

    assert!(stdout(&run(&house).success()).contains("nothing changed"));
    let second = site.asked();
    assert_eq!(second.len(), 5);
    assert!(second.iter().all(|asked| asked.status == 304 && asked.bytes == 0), "{second:?}");
    // One page has changed, and one more is told of.
    site.html("/sj/t20240301_1.html", "泰和县", "352.7");
    run(&house).success();
    assert_eq!(values(&house), ["230.4", "352.7", "411.8"]);
    assert_eq!(site.asked().iter().filter(|asked| asked.status == 200).count(), 1);
}

#[test]
fn a_time_of_change_does_as_well_as_a_mark() {
    let site = Site::new();
    let page = Page {
        body: "2023年，泰和县地区生产总值352.6亿元。".into(),
        last_modified: Some(String::from("Tue, 05 Mar 2024 01:00:00 GMT")),
        ..Page::default()
    };
    site.set("/a.txt", page);
    let house = house("", &format!("urls = ['{}']", site.url("/a.txt")));
    run(&house).success();
    run(&house).success();
    assert_eq!(site.statuses("/a.txt"), [200, 304]);
}

#[test]
fn what_may_pass_is_tried_again_and_what_will_not_is_not() {
    let site = Site::new();
    let then = |answers: &[(u16, &str)]| answers.iter().map(|(status, headers)| (*status, (*headers).to_owned())).collect::<Vec<_>>();
    let body: Vec<u8> = "2023年，泰和县地区生产总值352.6亿元。".into();
    site.set("/busy.txt", Page { body: body.clone(), answers: then(&[(503, ""), (503, ""), (200, "")]), ..Page::default() });
    site.set("/often.txt", Page { body: [&body[..], b" "].concat(), answers: then(&[(429, "Retry-After: 1\r\n"), (200, "")]), ..Page::default() });
    site.set("/down.txt", Page { answers: then(&[(503, "")]), ..Page::default() });
    site.set("/forbidden.txt", Page { answers: then(&[(403, "")]), ..Page::default() });
    let paths = ["/busy.txt", "/often.txt", "/down.txt", "/forbidden.txt", "/none.txt"];
    let house = house("", &format!("urls = {:?}", paths.map(|path| site.url(path))));
    let told = run(&house).code(3);
    let asked = site.asked();
    let statuses = |path: &str| asked.iter().filter(|asked| asked.path == path).map(|asked| asked.status).collect::<Vec<_>>();
    assert_eq!(paths.map(statuses), [vec![503, 503, 200], vec![429, 200], vec![503; 3], vec![403], vec![404]]);
    let silent = asked.iter().filter(|asked| asked.path == "/often.txt").map(|asked| asked.at).collect::<Vec<_>>();
    assert!(silent[1] - silent[0] >= Duration::from_secs(1));
    let found: Vec<(String, String, String)> = [
        ("/busy.txt", "ok", ""),
        ("/forbidden.txt", "quarantined", "not fetched: the server answers 403"),
        ("/none.txt", "quarantined", "not fetched: the server answers 404"),
        ("/often.txt", "ok", ""),
    ]
    .map(|(path, status, error)| (site.url(path), status.to_owned(), error.to_owned()))
    .into();
    assert_eq!(documents(&house), found);
    assert!(stdout(&told).contains("the server answers 503"), "{}", stdout(&told));
    // What is quarantined already is told once; what was not reached comes by itself.
    site.set("/down.txt", Page { body: [&body[..], b"  "].concat(), ..Page::default() });
    run(&house).success();
    assert_eq!(documents(&house).len(), 5);
    site.page("/none.txt", "text/plain", "2023年，遂川县地区生产总值411.8亿元。");
    run(&house).success();
    assert!(!documents(&house).iter().any(|(path, status, _)| path.ends_with("none.txt") && status == "quarantined"));
}

#[test]
fn limits_hold() {
    let site = Site::new();
    let mib = vec![b' '; 1 << 20];
    let gzipped = |bytes: &[u8]| {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        assert_cmd::Command::new("gzip").arg("-c").arg(file.path()).output().unwrap().stdout
    };
    site.set("/told.txt", Page { body: [&mib[..], &mib[..]].concat(), ..Page::default() });
    site.set("/endless.txt", Page { body: mib.clone(), repeated: 1 << 20, ..Page::default() });
    let bomb = gzipped(&vec![0; 64 << 20]);
    assert!(bomb.len() < 1 << 20);
    site.set("/bomb.txt", Page { body: bomb, headers: vec![String::from("Content-Encoding: gzip")], ..Page::default() });
    site.set("/loop.txt", Page { answers: vec![(302, String::from("Location: /loop.txt\r\n"))], ..Page::default() });
    site.set("/file.txt", Page { answers: vec![(302, String::from("Location: file:///etc/passwd\r\n"))], ..Page::default() });
    let inside = format!("Location: http://localhost:{}/inside.txt\r\n", site.port);
    site.set("/inside.txt", Page { answers: vec![(301, inside)], ..Page::default() });
    site.set("/slow.txt", Page { body: b"x".to_vec(), wait: Duration::from_secs(20), ..Page::default() });
    site.set("/moved.txt", Page { answers: vec![(301, String::from("Location: /new.txt\r\n"))], ..Page::default() });
    site.page("/new.txt", "text/plain", "2023年，泰和县地区生产总值352.6亿元。");
    let paths = ["/told.txt", "/endless.txt", "/bomb.txt", "/loop.txt", "/file.txt", "/inside.txt", "/slow.txt", "/moved.txt"];
    let house = house("seconds = 1\nhost_at_once = 8", &format!("urls = {:?}\n[limits]\ndocument_mib = 1", paths.map(|path| site.url(path))));
    let told = run(&house).code(3);
    let cause = |path: &str| documents(&house).into_iter().find(|(found, _, _)| *found == site.url(path)).map(|(_, _, error)| error);
    for path in ["/told.txt", "/endless.txt", "/bomb.txt"] {
        assert_eq!(cause(path).as_deref(), Some("not fetched: too large: more than 1048576 bytes"), "{path}");
    }
    assert_eq!(cause("/loop.txt").as_deref(), Some("not fetched: redirected more than 5 times"));
    assert_eq!(cause("/file.txt").as_deref(), Some("not fetched: redirected to file:///etc/passwd, which is no address of a page"));
    let private = cause("/inside.txt").unwrap();
    assert!(private.starts_with("not fetched: localhost has the private address "), "{private}");
    assert_eq!(cause("/moved.txt").as_deref(), Some(""));
    assert_eq!(cause("/slow.txt"), None);
    assert!(stdout(&told).contains("took longer than 1 seconds"), "{}", stdout(&told));
    let asked = site.asked();
    assert_eq!(asked.iter().filter(|asked| asked.path == "/loop.txt").count(), 6);
    let endless = asked.iter().find(|asked| asked.path == "/endless.txt").unwrap();
    assert!(endless.bytes < 64 << 20, "{} bytes were taken", endless.bytes);
}

#[test]
fn private_addresses_are_refused_unless_allowed() {
    let site = Site::new();
    site.html("/a.html", "泰和县", "352.6");
    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433"] {
        let house = house("private_hosts = []", &format!("urls = ['http://{host}:{}/a.html']", site.port));
        run(&house).code(3);
        let (_, status, error) = documents(&house).pop().unwrap();
        assert!(status == "quarantined" && error.contains("has the private address"), "{host}: {error}");
    }
    assert!(site.asked().is_empty());
    let house = house("private_hosts = ['*']", &format!("urls = ['http://localhost:{}/a.html']", site.port));
    run(&house).success();
}

#[test]
fn robots_are_heeded() {
    let site = Site::new();
    site.page(ROBOTS, "text/plain", "User-agent: gongbao\nDisallow: /inside/\nCrawl-delay: 0.2\n\nUser-agent: *\nDisallow: /\n");
    for path in ["/inside/a.html", "/b.html", "/c.html"] {
        site.html(path, "泰和县", "352.6");
    }
    site.set("/d.html", Page { answers: vec![(302, String::from("Location: /inside/a.html\r\n"))], ..Page::default() });
    let house = house("", &format!("urls = {:?}", ["/inside/a.html", "/b.html", "/c.html", "/d.html"].map(|path| site.url(path))));
    run(&house).code(3);
    let refused: Vec<_> = documents(&house).into_iter().filter(|(_, status, _)| status == "quarantined").collect();
    assert_eq!(refused.iter().map(|(path, _, _)| path.clone()).collect::<Vec<_>>(), [site.url("/d.html"), site.url("/inside/a.html")]);
    assert!(refused.iter().all(|(_, _, error)| error == "not fetched: the robots.txt of 127.0.0.1 does not allow it"), "{refused:?}");
    let asked = site.asked();
    assert!(!asked.iter().any(|asked| asked.path == "/inside/a.html"));
    let mut pages: Vec<_> = asked.iter().filter(|asked| asked.path != ROBOTS).map(|asked| asked.at).collect();
    pages.sort();
    assert!(pages.windows(2).all(|pair| pair[1] - pair[0] >= Duration::from_millis(190)), "{pages:?}");
    // Nobody knows what is allowed: what is kept of the rules counts, and without them nothing is asked.
    for status in [500, 501, 521] {
        site.set(ROBOTS, Page { answers: vec![(status, String::new())], ..Page::default() });
        run(&house).success();
        let fresh = self::house("", &format!("urls = ['{}']", site.url("/b.html")));
        site.asked();
        let told = stdout(&run(&fresh).code(3));
        assert!(told.contains(&format!("the robots.txt of 127.0.0.1 cannot be had: the server answers {status}")), "{told}");
        assert!(site.asked().iter().all(|asked| asked.path == ROBOTS));
    }
    // That there are no rules is known.
    site.remove(ROBOTS);
    let fresh = self::house("", &format!("urls = ['{}']", site.url("/b.html")));
    run(&fresh).success();
}

#[test]
fn a_host_is_asked_so_often_and_by_so_many() {
    let site = Site::new();
    let paths: Vec<String> = (0..8).map(|at| format!("/{at}.html")).collect();
    for path in &paths {
        site.html(path, "泰和县", "352.6");
    }
    for (at_once, wait) in [(2, 0), (8, 60)] {
        for path in &paths {
            let body = format!("2023年，泰和县地区生产总值{at_once}{wait}.6亿元。{path}").into_bytes();
            site.set(path, Page { body, wait: Duration::from_millis(100), ..Page::default() });
        }
        let urls: Vec<String> = paths.iter().map(|path| site.url(path)).collect();
        let house = house(&format!("host_at_once = {at_once}\nhost_wait_ms = {wait}"), &format!("urls = {urls:?}"));
        run(&house).success();
        let mut times: Vec<_> = site.asked().iter().map(|asked| asked.at).collect();
        times.sort();
        assert_eq!(times.len(), 9);
        if wait == 0 {
            assert_eq!(site.busiest(), at_once);
        }
        // The server sees a request a little later than it was begun.
        let gaps: Vec<Duration> = times.windows(3).map(|three| three[2] - three[0]).collect();
        assert!(gaps.iter().all(|gap| *gap >= Duration::from_millis(2 * wait).saturating_sub(Duration::from_millis(40))), "{gaps:?}");
    }
}

#[test]
fn a_host_that_fails_again_and_again_is_left_alone() {
    let site = Site::new();
    let paths: Vec<String> = (0..40).map(|at| format!("/{at}.html")).collect();
    for path in &paths {
        site.set(path, Page { answers: vec![(500, String::new())], ..Page::default() });
    }
    let urls: Vec<String> = paths.iter().map(|path| site.url(path)).collect();
    let house = house("host_at_once = 1", &format!("urls = {urls:?}"));
    let told = stdout(&run(&house).code(3));
    assert!(told.contains("failed 5 times in a row: it is left alone until the next run"), "{told}");
    assert!(site.asked().len() < 30);
}

#[test]
fn what_was_fetched_stays_until_somebody_takes_it_out() {
    let (site, source) = bulletins();
    let house = house("", &source);
    run(&house).success();
    // The index tells of newer pages only, and the older ones are gone.
    site.html("/sj/t20240401_4.html", "吉水县", "188.2");
    site.page("/sj/", "text/html", "<a href='t20240401_4.html'>四</a>");
    site.remove("/sj/t20240301_1.html");
    run(&house).success();
    assert_eq!(values(&house), ["188.2", "230.4", "352.6", "411.8"]);
    // A page of the index that is gone, and an index that cannot be had.
    site.remove("/sj/t20240401_4.html");
    assert!(stderr(&run(&house).success()).contains("not to be had any more: what was fetched of it stays"));
    site.set("/sj/", Page { answers: vec![(503, String::new())], ..Page::default() });
    let told = stdout(&run(&house).code(1));
    assert!(told.contains("/sj/: the server answers 503"), "{told}");
    assert_eq!(values(&house).len(), 4);
    // The whole site is gone, and the ledger is lost.
    for path in ["/sj/", "/sj/t20240302_2.html", "/sj/t20240303_3.zip"] {
        site.remove(path);
    }
    std::fs::remove_file(house.path("out/ledger.sqlite")).unwrap();
    run(&house).code(1);
    site.page("/sj/", "text/html", "<a href='/about.html'>关于</a>");
    run(&house).success();
    assert_eq!(values(&house).len(), 4);
    // It is read again from the kept bytes, without a question.
    site.asked();
    let first = site.url("/sj/t20240301_1.html");
    house.gongbao(&format!("replay --config gongbao.toml --dry-run web/{first}")).success();
    house.gongbao(&format!("replay --config gongbao.toml web/{first}")).success();
    assert!(site.asked().is_empty());
    assert_eq!(values(&house).len(), 4);
    // Taken out of the configuration, it goes.
    configure(&house, "", &format!("urls = ['{}']", site.url("/sj/t20240302_2.html")));
    run(&house).success();
    assert_eq!(values(&house), ["411.8"]);
}

#[test]
fn a_host_that_wants_to_be_left_alone_is() {
    let site = Site::new();
    site.set("/a.txt", Page { answers: vec![(429, String::from("Retry-After: 86400\r\n"))], ..Page::default() });
    for name in ["b", "c", "d"] {
        site.page(&format!("/{name}.txt"), "text/plain", "2023年，泰和县地区生产总值352.6亿元。");
    }
    let house = house("host_at_once = 1", &format!("urls = {:?}", ["a", "b", "c", "d"].map(|name| site.url(&format!("/{name}.txt")))));
    let told = stdout(&run(&house).code(3));
    assert!(told.contains("/b.txt: 127.0.0.1 wants to be left alone: it is asked again in the next run"), "{told}");
    assert_eq!(site.asked().iter().map(|asked| asked.path.clone()).collect::<Vec<_>>(), [ROBOTS, "/a.txt"]);
}

/// Pages and answers that stand where a document was, or should be.
#[test]
fn excuses_take_no_documents_place() {
    let site = Site::new();
    let paths = ["/a.txt", "/b.csv", "/sj/c.html", "/d.txt", "/e.pdf", "/f.txt"];
    let words = |at: usize| format!("2023年，泰和县地区生产总值35{at}.6亿元。");
    for (at, path) in paths.iter().enumerate().take(4) {
        let kind = if path.ends_with("html") { "text/html" } else { "text/plain" };
        site.page(path, kind, words(at));
    }
    let house = house("", &format!("urls = {:?}", paths.map(|path| site.url(path))));
    site.page("/e.pdf", "text/html", "<html><body>网页不存在</body></html>");
    site.set("/f.txt", Page { answers: vec![(204, String::new())], ..Page::default() });
    run(&house).code(3);
    let values = || {
        let mut values: Vec<_> = house.rows("indicators").iter().map(|row| row["value_text"].as_str().unwrap().to_owned()).collect();
        values.sort();
        values
    };
    assert_eq!(values(), ["350.6亿元", "351.6亿元", "352.6亿元", "353.6亿元"]);
    let error = |path: &str| house.document(&site.url(path))["error"].as_str().unwrap().to_owned();
    assert_eq!(error("/e.pdf"), "not fetched: the server sends a page in place of the file");
    assert_eq!(error("/f.txt"), "not fetched: the server answers 204");

    site.page("/a.txt", "text/html", "<html><body>系统繁忙</body></html>");
    site.page("/b.csv", "text/html", "\n<!doctype html><body>系统繁忙</body>");
    site.set("/sj/c.html", Page { answers: vec![(302, String::from("Location: /\r\n"))], ..Page::default() });
    site.page("/", "text/html", "<html><body>2024年，全市地区生产总值999.9亿元。</body></html>");
    site.page("/d.txt", "text/plain", "");
    let told = stderr(&run(&house).success());
    assert!(
        told.contains("a page in place of the file") && told.contains("another page in place of it") && told.contains("nothing any more"),
        "{told}"
    );
    assert_eq!(values(), ["350.6亿元", "351.6亿元", "352.6亿元", "353.6亿元"]);
}

#[test]
fn an_index_page_is_where_it_was_found() {
    let site = Site::new();
    site.set("/sj", Page { answers: vec![(301, String::from("Location: /sj/\r\n"))], ..Page::default() });
    site.page("/sj/", "text/html", "<a href='公报/a.html'>一</a>");
    site.html(&site.url("/sj/%E5%85%AC%E6%8A%A5/a.html").split_off(site.url("").len()), "泰和县", "352.6");
    let house = house("", &format!("index = ['{}']\nlinks = ['{}']", site.url("/sj"), site.url("/sj/公报/*.html")));
    run(&house).success();
    assert_eq!(values(&house), ["352.6"]);
    // A page that is another one now.
    site.page("/sj/", "text/html", "<a href='/login'>登录</a>");
    let told = stderr(&run(&house).success());
    assert!(told.contains("none of its 1 links matches the pattern"), "{told}");
    assert_eq!(values(&house), ["352.6"]);
}

#[test]
fn rows_stay_when_kept_bytes_are_lost() {
    let (site, source) = bulletins();
    let first = site.url("/sj/t20240301_1.html");
    let house = house("", &format!("{source}\nurls = ['{}']", site.url("/sj/2032.html")));
    run(&house).code(3);
    // The index names newer pages, and somebody makes room.
    site.page("/sj/", "text/html", "<a href='t20240302_2.html'>二</a>");
    std::fs::remove_dir_all(house.path("out/objects")).unwrap();
    site.asked();
    run(&house).success();
    assert_eq!(site.statuses("/sj/t20240301_1.html"), [200]);
    std::fs::remove_dir_all(house.path("out/objects")).unwrap();
    site.remove("/sj/t20240301_1.html");
    let told = stderr(&run(&house).success());
    assert!(told.contains("its kept bytes are gone, and the server answers 404: its rows stay"), "{told}");
    assert_eq!(values(&house), ["230.4", "352.6", "411.8"]);
    assert_eq!(house.document(&first)["status"], "ok");
    // An address that was mistyped leaves nothing behind.
    assert_eq!(house.document(&site.url("/sj/2032.html"))["status"], "quarantined");
    configure(&house, "", &source);
    run(&house).success();
    assert!(!documents(&house).iter().any(|(path, _, _)| path.ends_with("2032.html")));
    assert_eq!(values(&house).len(), 3);
}

#[test]
fn what_is_taken_down_is_not_fetched_again() {
    let (site, source) = bulletins();
    let house = house("", &source);
    run(&house).success();
    let (first, second) = (site.url("/sj/t20240301_1.html"), site.url("/sj/t20240302_2.html"));
    let kept = |path: &str| {
        let hash = house.document(path)["content_hash"].as_str().unwrap().to_owned();
        house.path(&format!("out/objects/{}/{hash}", hash.get(..2).unwrap()))
    };
    let bytes = kept(&first);
    assert!(bytes.is_file() && kept(&second).is_file());
    house.gongbao(&format!("remove --config gongbao.toml web/{first}")).success();
    assert!(!bytes.exists());
    site.asked();
    run(&house).success();
    assert!(site.statuses("/sj/t20240301_1.html").is_empty());
    // The same bytes elsewhere are fetched, but not kept.
    site.html("/sj/t20240405_5.html", "泰和县", "352.6");
    site.page("/sj/", "text/html", "<a href='t20240405_5.html'>五</a>");
    run(&house).success();
    run(&house).success();
    assert_eq!(site.statuses("/sj/t20240405_5.html"), [200, 304]);
    assert!(!bytes.exists());
    assert_eq!(values(&house), ["230.4", "411.8"]);
}

#[test]
fn a_run_that_is_asked_to_end_fetches_no_more() {
    let site = Site::new();
    let paths: Vec<String> = (0..30).map(|at| format!("/{at}.txt")).collect();
    for (at, path) in paths.iter().enumerate() {
        let body = format!("2023年，泰和县地区生产总值{at}.6亿元。").into_bytes();
        site.set(path, Page { body, wait: Duration::from_millis(100), etag: Some(format!("\"{at}\"")), ..Page::default() });
    }
    site.page(ROBOTS, "text/plain", "User-agent: *\nCrawl-delay: 0.3\n");
    let urls: Vec<String> = paths.iter().map(|path| site.url(path)).collect();
    let house = house("", &format!("urls = {urls:?}"));
    let child = std::process::Command::new(env!("CARGO_BIN_EXE_gongbao"))
        .args(["run", "--config"])
        .arg(house.path("gongbao.toml"))
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    while site.asked_so_far() < 4 {
        std::thread::sleep(Duration::from_millis(20));
    }
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), rustix::process::Signal::TERM).unwrap();
    let told = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    let asked = site.asked().len();
    assert!(asked < 15, "{asked}");
    assert!(told.contains("left to the next run") && !told.contains("failed"), "{told}");
    // What was fetched is not transferred again.
    site.page(ROBOTS, "text/plain", "");
    run(&house).success();
    assert_eq!(documents(&house).len(), 30);
    assert_eq!(site.asked().iter().filter(|again| again.path != ROBOTS && again.status == 200).count() + asked - 1, 30);
}

#[test]
fn the_doctor_asks_whether_sites_answer() {
    let (site, source) = bulletins();
    let house = house("", &source);
    let told = stdout(&house.gongbao("doctor --config gongbao.toml").success());
    assert!(told.contains(&format!("ok    source         web: {} answers", site.url("/sj/"))), "{told}");
    site.remove("/sj/");
    let told = stdout(&house.gongbao("doctor --config gongbao.toml").failure());
    assert!(told.contains(&format!("bad   source         web: {}: the server answers 404", site.url("/sj/"))), "{told}");
    let told = stdout(&house.gongbao("check --config gongbao.toml").success());
    assert!(told.contains("`gongbao doctor` asks there"), "{told}");
}
