//! Objects of a store: listed as a folder is, fetched when they are new, and kept.
//!
//! The S3 server is `s3s-fs` (`cargo install s3s-fs --features binary`), where `GONGBAO_S3_SERVER` names the program.

use crate::house::{House, stderr, stdout};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

fn bulletin(place: &str, gdp: &str) -> String {
    format!("2023年，{place}地区生产总值{gdp}亿元，比上年增长5.8%。")
}

fn configure(house: &House, source: &str) {
    house.write("gongbao.toml", format!("[output]\ndir = 'out'\n[[sources]]\nname = 'bucket'\n{source}\n"));
}

fn run(house: &House) -> assert_cmd::assert::Assert {
    house.gongbao("run --config gongbao.toml")
}

/// Path and status of each document.
fn documents(house: &House) -> Vec<(String, String)> {
    let text = |row: &serde_json::Value, column: &str| row[column].as_str().unwrap_or_default().to_owned();
    let mut found: Vec<_> = house.rows("documents").iter().map(|row| (text(row, "path"), text(row, "status"))).collect();
    found.sort();
    found
}

fn paths(house: &House) -> Vec<String> {
    documents(house).into_iter().map(|(path, _)| path).collect()
}

fn write(folder: &Path, below: &str, content: impl AsRef<[u8]>) {
    let path = folder.join(below);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, content).unwrap();
}

/// What a store gives, whichever it is; `asked` tells what was fetched since the last time.
fn check(house: &House, folder: &Path, asked: &dyn Fn() -> Option<Vec<String>>) {
    let fetched = |expected: &[&str]| {
        if let Some(asked) = asked() {
            assert_eq!(asked, expected);
        }
    };
    write(folder, "2024/泰和 公报.txt", bulletin("泰和县", "352.6"));
    write(folder, "2024/b.md", bulletin("遂川县", "411.8"));
    write(folder, "2024/c.jpg", "x");
    write(folder, "2024/.hidden/d.txt", bulletin("永丰县", "230.4"));
    assert!(stdout(&run(house).success()).contains("2 seen"));
    assert_eq!(paths(house), ["2024/b.md", "2024/泰和 公报.txt"]);
    fetched(&["b.md", "泰和 公报.txt"]);
    let hash = house.document("2024/b.md")["content_hash"].as_str().unwrap().to_owned();
    assert!(house.path(&format!("out/objects/{}/{hash}", hash.get(..2).unwrap())).is_file());

    assert!(stdout(&run(house).success()).contains("nothing changed"));
    fetched(&[]);
    // One is new, one has changed, one is gone.
    write(folder, "2025/e.txt", bulletin("吉水县", "188.2"));
    write(folder, "2024/b.md", bulletin("遂川县", "411.9"));
    std::fs::remove_file(folder.join("2024/泰和 公报.txt")).unwrap();
    run(house).success();
    fetched(&["b.md", "e.txt"]);
    assert_eq!(paths(house), ["2024/b.md", "2025/e.txt"]);
    assert!(house.rows("indicators").iter().any(|row| row["value_text"] == "411.9亿元"));
    // A large one is not fetched.
    write(folder, "2025/large.txt", vec![b' '; 2 << 20]);
    house.command("run --config gongbao.toml").env("GONGBAO__LIMITS__DOCUMENT_MIB", "1").assert().code(3);
    fetched(&[]);
    assert!(house.document("2025/large.txt")["error"].as_str().unwrap().contains("too large"));
}

#[test]
fn local_files_by_the_same_door() {
    let house = House::new();
    let folder = house.path("store");
    std::fs::create_dir_all(folder.join("2024")).unwrap();
    house.write("secret.txt", bulletin("永丰县", "230.4"));
    std::os::unix::fs::symlink(house.path("secret.txt"), folder.join("2024/link.txt")).unwrap();
    configure(&house, &format!("store = 'file://{}'", folder.display()));
    check(&house, &folder, &|| None);
    // A store that is empty all at once is doubted as a folder is.
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(stderr(&run(&house).code(1)).contains("no such file or folder"));
    std::fs::create_dir(&folder).unwrap();
    assert!(stdout(&run(&house).code(1)).contains("is it mounted?"));
    assert_eq!(paths(&house).len(), 3);
}

/// A server that ends with its test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn serve(program: &str, root: &Path) -> (Server, u16) {
    let port = free_port();
    let mut command = Command::new(program);
    command.args(["--access-key", "reader", "--secret-key", "hunter2hunter2", "--host", "127.0.0.1", "--port", &port.to_string()]).arg(root);
    let server = Server(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    for _ in 0..600 {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return (server, port);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("{program} does not listen");
}

/// Stands before a server and notes the first line of each request.
fn listen_in(port: u16) -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let own = listener.local_addr().unwrap().port();
    let lines = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&lines);
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let (mut client, mut server) = (client.unwrap(), TcpStream::connect(("127.0.0.1", port)).unwrap());
            let (mut back, mut answers, noted) = (client.try_clone().unwrap(), server.try_clone().unwrap(), Arc::clone(&noted));
            std::thread::spawn(move || std::io::copy(&mut answers, &mut back));
            std::thread::spawn(move || {
                let mut buffer = [0; 64 << 10];
                while let Ok(length) = client.read(&mut buffer) {
                    let request = String::from_utf8_lossy(&buffer[..length]).into_owned();
                    noted.lock().unwrap().extend(request.lines().filter(|line| line.ends_with(" HTTP/1.1")).map(str::to_owned));
                    if length == 0 || server.write_all(&buffer[..length]).is_err() {
                        break;
                    }
                }
            });
        }
    });
    (own, lines)
}

#[expect(clippy::print_stdout, reason = "what is skipped is told")]
#[test]
fn objects_of_an_s3_server() {
    let Some(program) = std::env::var("GONGBAO_S3_SERVER").ok() else {
        println!("skipped: GONGBAO_S3_SERVER names no S3 server");
        return;
    };
    let house = House::new();
    let root = house.path("server");
    let folder = root.join("documents/in");
    std::fs::create_dir_all(&folder).unwrap();
    let (server, port) = serve(&program, &root);
    let (port, lines) = listen_in(port);
    let options = |secret: &str| {
        let keys = format!("aws_access_key_id = 'reader', aws_secret_access_key = '{secret}', aws_region = 'cn-north-1'");
        format!("store = 's3://documents/in'\noptions = {{ aws_endpoint = 'http://127.0.0.1:{port}', aws_allow_http = 'true', {keys} }}")
    };
    configure(&house, &options("${env:SECRET}").replace("${env:SECRET}", "hunter2hunter2"));
    let asked = || {
        let lines = std::mem::take(&mut *lines.lock().unwrap());
        let objects = lines.iter().filter(|line| line.starts_with("GET /documents/in/"));
        let mut names: Vec<String> = objects.map(|line| decoded(line.split([' ', '?']).nth(1).unwrap().rsplit('/').next().unwrap())).collect();
        names.sort();
        Some(names)
    };
    check(&house, &folder, &asked);
    let told = stdout(&house.gongbao("doctor --config gongbao.toml").success());
    assert!(told.contains("bucket: s3://documents/in answers"), "{told}");
    // One object may be named itself.
    let single = House::new();
    configure(&single, &options("hunter2hunter2").replace("documents/in'", "documents/in/2025/e.txt'"));
    run(&single).success();
    assert_eq!(paths(&single), ["e.txt"]);
    // Secrets come from elsewhere and are never told.
    configure(&house, &options("${env:SECRET}"));
    let told = house.command("run --config gongbao.toml -v").env("SECRET", "hunter3hunter3").assert().code(1);
    assert!(stdout(&told).contains("cannot look through the store at"), "{}", stdout(&told));
    assert!(![stdout(&told), stderr(&told)].concat().contains("hunter3"));
    assert_eq!(paths(&house).len(), 3);
    drop(server);
    configure(&house, &options("hunter2hunter2"));
    run(&house).code(1);
    assert_eq!(paths(&house).len(), 3);
}

/// Characters from their bytes in hexadecimal.
fn decoded(name: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = name.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let hex = tail.get(..2).and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        (rest, _) = match hex.filter(|_| first == b'%') {
            Some(byte) => (&tail[2..], bytes.push(byte)),
            None => (tail, bytes.push(first)),
        };
    }
    String::from_utf8(bytes).unwrap()
}
