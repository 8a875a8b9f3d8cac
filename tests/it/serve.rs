//! The service: ticks of the real clock, overlapping runs, missed ticks, a new configuration, an orderly end.

use crate::ground::is_long;
use crate::house::{House, stderr};
use rusqlite::Connection;
use rustix::process::{Pid, Signal, kill_process};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A service in a house; killed when the test fails.
struct Service {
    child: Child,
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _ended_already = self.child.wait();
    }
}

impl Service {
    fn start(house: &House) -> Self {
        Self::start_with(house, &[])
    }

    fn start_with(house: &House, variables: &[(&str, &str)]) -> Self {
        let logs = std::fs::File::create(house.path("serve.log")).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_gongbao"));
        command.current_dir(house.path("")).args(["serve", "--config", "gongbao.toml"]).stdout(Stdio::null()).stderr(logs);
        command.envs(variables.iter().copied());
        let service = Self { child: command.spawn().unwrap() };
        house.until("the service serves", |house| house.log().contains("serving schedules="));
        service
    }

    fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// Ends it by one SIGTERM, and tells its exit code.
    fn end(mut self) -> Option<i32> {
        self.signal(Signal::TERM);
        self.child.wait().unwrap().code()
    }
}

impl House {
    fn served(schedule: &str) -> Self {
        let house = Self::with_samples();
        house.configure(schedule);
        house
    }

    fn configure(&self, schedule: &str) {
        let sources = "[output]\ndir = 'out'\n[serve]\nlisten = ''\n[[sources]]\nname = 'a'\npaths = ['samples']\n";
        self.write("gongbao.toml", format!("{sources}[[schedules]]\nname = 's'\n{schedule}\n"));
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.path("serve.log")).unwrap_or_default()
    }

    /// Waits for what is bound to happen; a minute is far more than it takes.
    fn until(&self, what: &str, happened: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        while !happened(self) {
            assert!(start.elapsed() < Duration::from_secs(60), "{what}: not after a minute\n{}", self.log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Seconds since 1970 and state of every tick, oldest first.
    fn ticks(&self) -> Vec<(i64, String)> {
        let ledger = Connection::open(self.path("out/ledger.sqlite")).unwrap();
        let mut read = ledger.prepare("SELECT due / 1000000, state FROM ticks WHERE schedule = 's' ORDER BY due").unwrap();
        let rows = read.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        rows.map(Result::unwrap).collect()
    }

    fn count(&self, state: &str) -> usize {
        self.ticks().iter().filter(|(_, known)| known == state).count()
    }

    fn triggers(&self) -> Vec<String> {
        let ledger = Connection::open(self.path("out/ledger.sqlite")).unwrap();
        let mut read = ledger.prepare("SELECT \"trigger\" FROM runs ORDER BY started_at").unwrap();
        read.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    /// As if nobody had served for so many seconds.
    fn set_back(&self, seconds: i64) {
        let ledger = Connection::open(self.path("out/ledger.sqlite")).unwrap();
        let micros = seconds * 1_000_000;
        ledger.execute("UPDATE schedules SET since = since - ?1, last_due = coalesce(last_due, since) - ?1", [micros]).unwrap();
        ledger.execute("DELETE FROM ticks", []).unwrap();
    }
}

#[test]
fn each_tick_has_one_run() {
    let house = House::served("cron = '*/2 * * * * *'");
    let service = Service::start(&house);
    house.until("three ticks are done", |house| house.count("done") >= 3);
    assert_eq!(service.end(), Some(0), "{}", house.log());
    let ticks = house.ticks();
    for pair in ticks.windows(2) {
        assert_eq!(pair[1].0 - pair[0].0, 2, "{ticks:?}");
    }
    assert_eq!(house.triggers(), vec![String::from("schedule"); ticks.len()], "{ticks:?}");
    assert!(!house.log().contains("ERROR"), "{}", house.log());
    assert_eq!(house.snapshots().len(), 1, "later runs found nothing new");
}

#[test]
fn a_tick_during_a_run_is_left_out_or_waits() {
    for (overlap, left_out) in [("skip", true), ("queue", false)] {
        let house = House::served(&format!("cron = '*/2 * * * * *'\noverlap = '{overlap}'"));
        let service = Service::start(&house);
        house.until("a run is done", |house| house.count("done") >= 1);
        // Another process holds the lock, as a run does.
        let lock = std::fs::File::options().write(true).open(house.path("out/.lock")).unwrap();
        lock.lock().unwrap();
        let before = house.ticks().len();
        house.until("two more ticks have come", |house| house.ticks().len() >= before + 2);
        if left_out {
            house.until("a tick is left out", |house| house.count("skipped") >= 1);
        } else {
            assert_eq!(house.count("skipped"), 0);
        }
        drop(lock);
        let done = house.count("done");
        house.until("runs go on", |house| house.count("done") > done + 1);
        assert_eq!(service.end(), Some(0));
        assert_eq!(house.count("skipped") > 0, left_out, "{:?}", house.ticks());
        assert_eq!(house.count("claimed"), 0, "what was not begun is given back: {:?}", house.ticks());
    }
}

/// Runs that take longer than their ticks are apart: each tick is done or left out, and none is lost. Short: some ticks;
/// `GONGBAO_LONG=1`: those of a minute.
#[test]
fn every_tick_is_done_or_left_out() {
    let house = House::served("cron = '*/2 * * * * *'");
    let seconds = if is_long() { 60 } else { 9 };
    let change = |round: usize| {
        for number in 0..90 {
            let value = round * 1000 + number;
            house.write(&format!("samples/more/{number:03}.txt"), format!("2023年全市地区生产总值{value}.5亿元，增长6.3%。").repeat(60));
        }
    };
    change(0);
    let service = Service::start(&house);
    let start = Instant::now();
    for round in 1.. {
        if start.elapsed() >= Duration::from_secs(seconds) && house.count("skipped") > 0 && house.count("done") > 1 {
            break;
        }
        assert!(start.elapsed() < Duration::from_secs(seconds + 60), "{:?}\n{}", house.ticks(), house.log());
        change(round);
        std::thread::sleep(Duration::from_millis(200));
    }
    assert_eq!(service.end(), Some(0), "{}", house.log());
    let ticks = house.ticks();
    assert!(ticks.windows(2).all(|pair| pair[1].0 - pair[0].0 == 2), "{ticks:?}");
    assert!(ticks.iter().all(|(_, state)| state == "done" || state == "skipped"), "{ticks:?}");
    assert_eq!(house.triggers().len(), house.count("done"), "{ticks:?}");
    assert!(!house.log().contains("ERROR"), "{}", house.log());
}

#[test]
fn a_run_that_is_replaced_is_asked_to_finish() {
    let house = House::served("cron = '*/2 * * * * *'\noverlap = 'replace'");
    let service = Service::start(&house);
    house.until("a run is done", |house| house.count("done") >= 1);
    let lock = std::fs::File::options().write(true).open(house.path("out/.lock")).unwrap();
    lock.lock().unwrap();
    house.until("the holder of the lock is asked", |house| house.path("out/.finish").exists());
    drop(lock);
    house.until("the request is taken back by the next run", |house| !house.path("out/.finish").exists());
    assert_eq!(service.end(), Some(0));
}

#[test]
fn missed_ticks_are_made_up_for_as_told() {
    // Seven minutes without a service: seven ticks, of which the newest may be just due.
    for (missed, most) in [("skip", 1), ("latest", 1), ("all", 8)] {
        let house = House::served(&format!("cron = '* * * * *'\nmissed = '{missed}'\noverlap = 'queue'"));
        assert_eq!(Service::start(&house).end(), Some(0));
        house.set_back(7 * 60);
        let service = Service::start(&house);
        let least = if missed == "all" { 7 } else { usize::from(missed == "latest") };
        house.until("what is to be made up for is done", |house| house.count("done") >= least);
        assert_eq!(service.end(), Some(0));
        let ticks = house.ticks();
        assert!(ticks.len() >= least && ticks.len() <= most + 1 && ticks.iter().all(|(_, state)| state == "done"), "{missed}: {ticks:?}");
        assert_eq!(house.triggers().len(), ticks.len(), "{missed}");
        if missed == "all" {
            assert!(house.triggers().iter().filter(|trigger| *trigger == "catch_up").count() >= 5, "{:?}", house.triggers());
        }
    }
}

#[test]
fn a_killed_service_leaves_nothing_undone() {
    let house = House::served("cron = '*/2 * * * * *'\nmissed = 'all'\noverlap = 'queue'");
    for _ in 0..3 {
        let mut service = Service::start(&house);
        house.until("a tick is claimed", |house| house.path("out/ledger.sqlite").exists() && !house.ticks().is_empty());
        service.child.kill().unwrap();
        service.child.wait().unwrap();
    }
    let service = Service::start(&house);
    house.until("nothing is left in hand", |house| house.count("done") >= 4 && house.count("claimed") <= 1);
    assert_eq!(service.end(), Some(0));
    let ticks = house.ticks();
    let gaps: Vec<_> = ticks.windows(2).filter(|pair| pair[1].0 - pair[0].0 != 2).collect();
    assert!(gaps.is_empty(), "ticks without a run: {gaps:?}");
    let of_ticks = house.triggers().into_iter().filter(|trigger| trigger != "manual").count();
    assert_eq!(of_ticks, ticks.len(), "each tick has one run");
}

#[test]
fn a_wrong_new_configuration_is_refused() {
    let house = House::served("cron = '0 0 1 1 *'");
    let service = Service::start(&house);
    house.configure("cron = 'now and then'");
    service.signal(Signal::HUP);
    house.until("it is refused", |house| house.log().contains("the new configuration is refused, the old one stays"));
    house.configure("cron = '*/2 * * * * *'");
    service.signal(Signal::HUP);
    house.until("the new one counts", |house| house.count("done") >= 1);
    assert!(house.log().contains("configuration read anew"));
    assert_eq!(service.end(), Some(0));
}

#[test]
fn a_change_in_a_watched_folder_starts_a_run() {
    let house = House::served("cron = '0 0 1 1 *'\nwatch = true");
    let service = Service::start(&house);
    house.write("samples/more.txt", "全市地区生产总值达到412.6亿元，同比增长5.1%。");
    house.until("the document is in the tables", |house| house.triggers() == ["manual"] && !house.snapshots().is_empty());
    assert_eq!(service.end(), Some(0));
    assert_eq!(house.document("more.txt")["status"], "ok");
}

#[test]
fn one_output_has_one_service() {
    let house = House::served("cron = '0 0 1 1 *'");
    let service = Service::start(&house);
    let done = house.gongbao("serve --config gongbao.toml").code(75);
    assert!(stderr(&done).contains("another service serves"), "{}", stderr(&done));
    assert_eq!(service.end(), Some(0));
    house.write("gongbao.toml", "[output]\ndir = 'out'\n");
    let done = house.gongbao("serve --config gongbao.toml").code(78);
    assert!(stderr(&done).contains("there is nothing to serve"), "{}", stderr(&done));
}

#[test]
fn a_ledger_that_breaks_while_it_is_served_is_written_anew() {
    let house = House::served("cron = '*/2 * * * * *'");
    let service = Service::start(&house);
    house.until("a run is done", |house| house.count("done") >= 1);
    assert_eq!(service.end(), Some(0));
    house.write("out/ledger.sqlite", "no ledger at all");
    let service = Service::start(&house);
    house.until("runs go on", |house| house.count("done") >= 2);
    assert!(house.log().contains("the ledger is damaged: it is kept as"), "{}", house.log());
    // And now beneath a running service: as when somebody repairs it by hand.
    std::fs::rename(house.path("out/ledger.sqlite"), house.path("out/aside.sqlite")).unwrap();
    for part in ["-wal", "-shm"] {
        let _there_is_none = std::fs::remove_file(house.path(&format!("out/ledger.sqlite{part}")));
    }
    house.until("runs go on in a new ledger", |house| house.path("out/ledger.sqlite").exists() && house.count("done") >= 2);
    assert_eq!(service.end(), Some(0));
    assert_eq!(house.snapshots().len(), 1, "nothing was read twice into the tables");
}

/// What a port answers: status, and what follows the head.
fn ask(port: u16, request: &str) -> (u16, String) {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(stream, "{request} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n").unwrap();
    write!(stream, "Content-Length: 0\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

#[test]
fn the_port_tells_health_and_numbers_and_starts_runs_for_those_who_may() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let house = House::with_samples();
    let schedule = "[[schedules]]\nname = 's'\ncron = '0 0 1 1 *'\n";
    let sources = "[output]\ndir = 'out'\n[metrics]\ntextfile = 'gongbao.prom'\n[[sources]]\nname = 'a'\npaths = ['samples']\n";
    house.write("gongbao.toml", format!("{sources}[serve]\nlisten = '127.0.0.1:{port}'\ntoken = 'open sesame'\n{schedule}"));
    let service = Service::start(&house);
    assert_eq!(ask(port, "GET /livez").0, 200);
    house.until("it is ready", |_| ask(port, "GET /readyz").0 == 200);
    assert_eq!(ask(port, "GET /nothing").0, 404);
    assert_eq!(ask(port, "POST /runs?schedule=s").0, 401);
    assert_eq!(ask(port, "POST /runs?schedule=s HTTP/1.1\r\nAuthorization: Bearer guess\r\nX-Rest:").0, 401);
    assert!(house.triggers().is_empty());
    let allowed = "HTTP/1.1\r\nAuthorization: Bearer open sesame\r\nX-Rest:";
    assert_eq!(ask(port, &format!("POST /runs?schedule=other {allowed}")).0, 404);
    let started = ask(port, &format!("POST /runs?schedule=s {allowed}")).0;
    assert!((200..300).contains(&started), "{started}");
    house.until("its run is done", |house| house.triggers() == ["manual"]);
    let wanted = "gongbao_runs_total{trigger=\"manual\",outcome=\"ok\"} 1";
    house.until("the numbers tell it", |_| ask(port, "GET /metrics").1.contains(wanted));
    house.until("the file tells it, too", |house| std::fs::read_to_string(house.path("gongbao.prom")).is_ok_and(|told| told.contains(wanted)));
    assert_eq!(service.end(), Some(0));
    assert!(!house.log().contains("open sesame") && !house.log().contains("guess"), "{}", house.log());
}

#[test]
fn systemd_is_told_when_it_serves_lives_and_ends() {
    let house = House::served("cron = '0 0 1 1 *'");
    let address = house.path("notify");
    let socket = std::os::unix::net::UnixDatagram::bind(&address).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let service = Service::start_with(&house, &[("NOTIFY_SOCKET", address.to_str().unwrap()), ("WATCHDOG_USEC", "120000000")]);
    let hears = |wanted: &str| {
        let mut bytes = [0; 4096];
        loop {
            let count = socket.recv(&mut bytes).unwrap();
            let told = String::from_utf8_lossy(&bytes[..count]).into_owned();
            if told.lines().any(|line| line == wanted) {
                return told;
            }
        }
    };
    assert!(hears("READY=1").contains("STATUS=waiting; next s at "));
    hears("WATCHDOG=1");
    let code = std::thread::spawn(|| service.end());
    hears("STOPPING=1");
    assert_eq!(code.join().unwrap(), Some(0));
}
