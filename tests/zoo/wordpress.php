<?php
// Installs WordPress with a theme, and writes a paper's stories (JSON) into it, the oldest first.
// Says where each story stands: {"slug": "address"}.

[, $root, $file] = $argv;
$paper = json_decode(file_get_contents($file), true);
$_SERVER['HTTP_HOST'] = $paper['host'];
define('WP_INSTALLING', true);
require "$root/wp-load.php";
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
add_filter('pre_wp_mail', '__return_true');

ob_start();
wp_install($paper['name'], 'editor', 'editor@paper.example', true, '', wp_generate_password());
wp_delete_post(1, true);  // "Hello world!"; the "Sample Page" stays
update_option('blogdescription', $paper['description']);
update_option('timezone_string', $paper['zone']);
update_option('template', $paper['theme']);
update_option('stylesheet', $paper['theme']);
$wp_rewrite->set_permalink_structure($paper['permalinks']);
$wp_rewrite->flush_rules();

$users = $sections = $ids = [];
foreach ($paper['stories'] as $number => $story) {
    $author = $story['authors'][0];  // WordPress knows one
    $users[$author] ??= wp_insert_user([
        'user_login' => sanitize_title($author),
        'user_pass' => wp_generate_password(),
        'display_name' => $author,
        'role' => 'author',
    ]);
    $sections[$story['section']] ??= wp_insert_term($story['section'], 'category')['term_id'];
    $id = wp_insert_post(wp_slash([
        'import_id' => $paper['first_id'] + $number,
        'post_name' => $story['slug'],
        'post_title' => $story['headline'],
        'post_date' => $story['date'],
        'post_author' => $users[$author],
        'post_category' => [$sections[$story['section']]],
        'tags_input' => $story['tags'],
        'post_status' => 'publish',
        'comment_status' => $story['comments'] ? 'open' : 'closed',
    ]), true);
    $ids[$story['slug']] = $id;
    foreach ($story['comments'] as $comment) {
        wp_insert_comment(['comment_post_ID' => $id, 'comment_author' => 'A reader',
            'comment_content' => $comment, 'comment_approved' => 1]);
    }
}
$addresses = array_map('get_permalink', $ids);
foreach ($paper['stories'] as $story) {
    $text = preg_replace_callback(
        '/href="story:([^"]+)"/',
        fn($link) => 'href="' . $addresses[$link[1]] . '"',
        $story['content'],
    );
    wp_update_post(wp_slash(['ID' => $ids[$story['slug']], 'post_content' => $text]));
}
ob_end_clean();
echo json_encode($addresses);
