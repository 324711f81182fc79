use super::*;
use serde_json::Value;
use std::fs;

/// Two folders: one to install into, and one with a program of five bytes.
fn places(root: &Path) -> Places {
    let program = root.join("program");
    fs::write(&program, "hello").expect("a temporary folder takes files");
    Places {
        program: Some(program),
        home: Some(root.join("home")),
        jupyter_data: None,
        xdg_data: None,
        app_data: Some(root.join("data")),
        active: None,
        python: || None,
    }
}

fn root() -> tempfile::TempDir {
    tempfile::tempdir().expect("the system gives a temporary folder")
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    names.sort();
    names
}

#[test]
fn the_spec_names_a_program_beside_it() {
    let root = root();
    let folder = root.path().join("share/jupyter/kernels/grn");
    let target = Target::Prefix(root.path().to_owned());
    let done = install(&target, "grn", &places(root.path())).expect("it installs");
    let expected = Done::Installed {
        kernel: folder.clone(),
        extension: root.path().join("share/jupyter/labextensions/grn"),
        worker: None,
        shown: "grn".to_owned(),
    };
    assert_eq!(done, expected);
    assert!(done.to_string().contains("-p grn-rust-cells` builds it"), "{done}");
    let all = [
        "grn-kernel",
        "kernel.json",
        "logo-32x32.png",
        "logo-64x64.png",
        "logo-svg.svg",
    ];
    assert_eq!(names(&folder), all);
    let text = fs::read(folder.join("kernel.json")).expect("kernel.json is there");
    let spec: Value = serde_json::from_slice(&text).expect("kernel.json is JSON");
    let program = folder.join("grn-kernel");
    assert_eq!(spec["argv"][0].as_str().map(Path::new), Some(program.as_path()));
    assert_eq!(spec["argv"][3], "{connection_file}");
    assert_eq!(spec["interrupt_mode"], "message");
    assert_eq!(fs::read(&program).ok().as_deref(), Some(b"hello".as_slice()));
}

#[test]
fn the_program_for_rust_cells_goes_along() {
    let root = root();
    let places = places(root.path());
    let folder = root.path().join("share/jupyter/kernels/grn");
    let target = Target::Prefix(root.path().to_owned());
    let (source, copy) = (root.path().join(worker::FILE), folder.join(worker::FILE));
    fs::write(&source, "worker").expect("a file can be written");
    let done = install(&target, "grn", &places).expect("it installs");
    let Done::Installed { worker, .. } = &done else {
        panic!("{done}");
    };
    assert_eq!(worker.as_ref(), Some(&copy));
    assert!(done.to_string().contains(&copy.display().to_string()), "{done}");
    assert_eq!(fs::read(&copy).expect("it is there"), b"worker");
    assert_eq!(worker::beside(&folder.join("grn-kernel")), Some(copy.clone()));
    fs::remove_file(&source).expect("it can be removed");
    install(&target, "grn", &places).expect("it installs without");
    assert!(!copy.exists(), "a worker of another build stays");
    fs::write(&source, "worker").expect("a file can be written");
    install(&target, "grn", &places).expect("it installs again");
    let removed = uninstall(&target, "grn", &places).expect("it uninstalls");
    assert_eq!(removed, Done::Removed(folder));
}

#[cfg(unix)]
#[test]
fn everybody_may_run_the_program() {
    use std::os::unix::fs::PermissionsExt;
    let root = root();
    let target = Target::Prefix(root.path().to_owned());
    install(&target, "grn", &places(root.path())).expect("it installs");
    let program = root.path().join("share/jupyter/kernels/grn/grn-kernel");
    let mode = fs::metadata(program)
        .expect("the program is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o755);
}

#[test]
fn installing_again_replaces_and_uninstalling_leaves_other_files() {
    let root = root();
    let places = places(root.path());
    let target = Target::Prefix(root.path().to_owned());
    let folder = root.path().join("share/jupyter/kernels/grn");
    install(&target, "grn", &places).expect("it installs");
    fs::write(root.path().join("program"), "newer").expect("the program can change");
    fs::write(folder.join("notes"), "").expect("others may write there");
    install(&target, "grn", &places).expect("it installs again");
    assert_eq!(
        fs::read(folder.join("grn-kernel")).ok().as_deref(),
        Some(b"newer".as_slice())
    );
    let removed = uninstall(&target, "grn", &places).expect("it uninstalls");
    assert_eq!(removed, Done::RemovedBut(folder.clone()));
    assert_eq!(names(&folder), ["notes"]);
    let again = uninstall(&target, "grn", &places).expect("there is nothing left");
    assert_eq!(again, Done::Nothing(folder));
}

#[test]
fn uninstalling_removes_just_the_folder() {
    let root = root();
    let places = places(root.path());
    let target = Target::Prefix(root.path().to_owned());
    let kernels = root.path().join("share/jupyter/kernels");
    install(&target, "grn", &places).expect("it installs");
    install(&target, "grn-2", &places).expect("it installs beside");
    uninstall(&target, "grn", &places).expect("it uninstalls");
    assert_eq!(names(&kernels), ["grn-2"]);
}

#[test]
fn the_extension_goes_with_the_last_kernel() {
    let root = root();
    let places = places(root.path());
    let target = Target::Prefix(root.path().to_owned());
    let extensions = root.path().join("share/jupyter/labextensions");
    install(&target, "grn", &places).expect("it installs");
    install(&target, "grn-2", &places).expect("it installs beside");
    let scripts = extensions.join("grn/static");
    for name in ["remoteEntry.js", "grammar.js", "plotly.min.js"] {
        assert!(scripts.join(name).is_file(), "{name}");
    }
    uninstall(&target, "grn", &places).expect("it uninstalls");
    assert!(scripts.is_dir(), "grn-2 is still there");
    fs::create_dir_all(extensions.join("another")).expect("a folder can be made");
    uninstall(&target, "grn-2", &places).expect("it uninstalls");
    assert_eq!(names(&extensions), ["another"]);
}

#[test]
fn assets_are_an_installation_without_program() {
    let root = root();
    let (installed, assets) = (root.path().join("installed"), root.path().join("assets"));
    install(&Target::Prefix(installed.clone()), "grn", &places(root.path())).expect("it installs");
    write_assets(&assets).expect("they are written");
    for folder in ["labextensions/grn", "labextensions/grn/static"] {
        let of = |prefix: &Path| names(&prefix.join("share/jupyter").join(folder));
        assert_eq!(of(&assets), of(&installed));
    }
    let spec = |prefix: &Path| prefix.join("share/jupyter/kernels/grn");
    let all = ["kernel.json", "logo-32x32.png", "logo-64x64.png", "logo-svg.svg"];
    assert_eq!(names(&spec(&assets)), all);
    let [description, mut expected] = [&assets, &installed].map(|prefix| {
        let text = fs::read(spec(prefix).join("kernel.json")).expect("kernel.json is there");
        serde_json::from_slice::<Value>(&text).expect("kernel.json is JSON")
    });
    let program = description["argv"][0].as_str().expect("a program is named").to_owned();
    let path = program.replace("{resource_dir}", &spec(&assets).display().to_string());
    let programs = assets.join(if cfg!(windows) { "Scripts" } else { "bin" });
    fs::create_dir(&programs).expect("a folder can be made");
    let beside = format!("grn-kernel{}", std::env::consts::EXE_SUFFIX);
    fs::write(programs.join(beside), "hello").expect("a file can be written");
    assert_eq!(fs::read(path).expect("it names the program of its prefix"), b"hello");
    expected["argv"][0] = program.into();
    assert_eq!(description, expected);
}

#[test]
fn another_kernel_is_left_alone() {
    let root = root();
    let places = places(root.path());
    let target = Target::Prefix(root.path().to_owned());
    let folder = root.path().join("share/jupyter/kernels/python3");
    fs::create_dir_all(&folder).expect("a folder can be made");
    fs::write(folder.join("kernel.json"), r#"{"language": "python"}"#).expect("a file can be written");
    assert!(matches!(install(&target, "python3", &places), Err(Failure::Foreign(_))));
    assert!(matches!(
        uninstall(&target, "python3", &places),
        Err(Failure::Foreign(_))
    ));
    assert_eq!(names(&folder), ["kernel.json"]);
}

#[test]
fn names_are_one_part_of_a_path() {
    let root = root();
    let places = places(root.path());
    let target = Target::Prefix(root.path().to_owned());
    for name in ["", "..", ".grn", "a/b", "a b", "γ"] {
        assert!(
            matches!(install(&target, name, &places), Err(Failure::Name(_))),
            "{name}"
        );
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
#[test]
fn a_path_that_is_no_text_is_refused() {
    use std::os::unix::ffi::OsStrExt;
    let root = root();
    let places = places(root.path());
    let prefix = root.path().join(std::ffi::OsStr::from_bytes(b"caf\xe9"));
    fs::create_dir(&prefix).expect("the system takes any bytes");
    let failure = install(&Target::Prefix(prefix.clone()), "grn", &places).expect_err("kernel.json is UTF-8");
    assert!(failure.to_string().contains("is not UTF-8"), "{failure}");
    assert!(names(&prefix).is_empty(), "nothing is half done");
}

#[test]
fn a_prefix_is_a_folder() {
    let root = root();
    let places = places(root.path());
    let target = Target::Prefix(root.path().join("program"));
    let failure = install(&target, "grn", &places).expect_err("the prefix is a file");
    assert!(failure.to_string().ends_with("program is not a folder"), "{failure}");
}

#[test]
fn a_place_that_can_not_be_written_is_named() {
    let root = root();
    let places = places(root.path());
    fs::write(root.path().join("share"), "").expect("a file can be written");
    let target = Target::Prefix(root.path().to_owned());
    let failure = install(&target, "grn", &places).expect_err("`share` is a file");
    assert!(matches!(&failure, Failure::Io { action: "create", path, .. } if path.ends_with("kernels/grn")));
}

#[test]
fn each_target_has_its_folder() {
    let root = root();
    let mut places = places(root.path());
    let kernels = |target: &Target, places: &Places| place::kernels(target, places).ok();
    let jupyter = root.path().join("jupyter");
    places.jupyter_data = Some(jupyter.clone());
    assert_eq!(kernels(&Target::User, &places), Some(jupyter.join("kernels")));
    assert_eq!(kernels(&Target::Usual, &places), Some(jupyter.join("kernels")));
    assert_eq!(kernels(&Target::SysPrefix, &places), None);
    places.active = Some(root.path().to_owned());
    let active = root.path().join("share/jupyter/kernels");
    assert_eq!(kernels(&Target::Usual, &places), Some(active.clone()));
    assert_eq!(kernels(&Target::SysPrefix, &places), Some(active));
}

#[cfg(all(unix, not(target_os = "macos")))]
#[test]
fn the_users_folder_follows_the_system() {
    let root = root();
    let mut places = places(root.path());
    let user = |places: &Places| place::kernels(&Target::User, places).ok();
    let home = root.path().join("home/.local/share/jupyter/kernels");
    assert_eq!(user(&places), Some(home));
    places.xdg_data = Some(root.path().join("xdg"));
    assert_eq!(user(&places), Some(root.path().join("xdg/jupyter/kernels")));
    places.xdg_data = None;
    places.home = None;
    assert_eq!(user(&places), None);
}
