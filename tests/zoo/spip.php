<?php
// Installs SPIP on SQLite, and writes a paper's stories (JSON) into it, the oldest first.
// Says where each story stands: {"slug": "address"}.

[, $root, $file] = $argv;
$paper = json_decode(file_get_contents($file), true);
chdir($root);
foreach (['IMG', 'local', 'tmp', 'plugins', 'config'] as $folder) {
    @mkdir($folder);
}
$_SERVER['HTTP_HOST'] = $paper['host'];
$_SERVER['REQUEST_URI'] = '/';
date_default_timezone_set($paper['zone']);
$is_new = !file_exists('config/connect.php');
if ($is_new) {
    $_GET['exec'] = 'install';
    define('_ESPACE_PRIVE', true);
    define('_ECRIRE_INSTALL', '1');
}
ob_start();
require 'vendor/autoload.php';
include 'ecrire/inc_version.php';
foreach (['base/create', 'base/abstract_sql', 'inc/meta', 'inc/config', 'inc/plugin', 'inc/rubriques', 'inc/install', 'install/etape_3'] as $part) {
    include_spip($part);
}
if ($is_new) {  // connected only by the next process, as by the installer's next page
    mkdir('config/bases', 0777, true);
    install_bases('', '', '', 'sqlite3', 'new_spip', 'spip', 0777);
    rename('config/connect.tmp.php', 'config/connect.php');
    ob_end_clean();
    passthru(implode(' ', array_map('escapeshellarg', [PHP_BINARY, ...$argv])));
    exit;
}
foreach (['nom_site' => $paper['name'], 'slogan_site' => $paper['description'],
    'adresse_site' => 'http://' . $paper['host'], 'langue_site' => 'en', 'charset' => 'utf-8',
    'articles_mots' => 'oui', 'forums_publics' => 'non'] as $name => $value) {
    ecrire_meta($name, $value);
}
lire_metas();
actualise_metas(liste_metas());
actualise_plugins_actifs();
plugin_installes_meta();

$group = sql_insertq('spip_groupes_mots', ['titre' => 'Subjects', 'tables_liees' => 'articles']);
$sections = $people = $tags = $addresses = [];
foreach ($paper['stories'] as $number => $story) {
    $id = $paper['first_id'] + $number;
    $section = $sections[$story['section']] ??= sql_insertq(
        'spip_rubriques',
        ['titre' => $story['section'], 'statut' => 'publie', 'lang' => 'en', 'id_parent' => 0],
    );
    sql_updateq('spip_rubriques', ['id_secteur' => $section], "id_rubrique=$section");
    sql_insertq('spip_articles', [
        'id_article' => $id,
        'titre' => $story['headline'],
        'texte' => $story['content'],
        'date' => $story['date'],
        'id_rubrique' => $section,
        'id_secteur' => $section,
        'statut' => 'publie',
        'lang' => 'en',
    ]);
    foreach ($story['authors'] as $name) {
        $people[$name] ??= sql_insertq('spip_auteurs', ['nom' => $name, 'statut' => '1comite']);
        sql_insertq('spip_auteurs_liens',
            ['id_auteur' => $people[$name], 'id_objet' => $id, 'objet' => 'article']);
    }
    foreach ($story['tags'] as $name) {
        $tags[$name] ??= sql_insertq('spip_mots', ['titre' => $name, 'id_groupe' => $group]);
        sql_insertq('spip_mots_liens', ['id_mot' => $tags[$name], 'id_objet' => $id, 'objet' => 'article']);
    }
    $addresses[$story['slug']] = "http://{$paper['host']}/spip.php?article$id";
}
calculer_rubriques();
ob_end_clean();
echo json_encode($addresses);
