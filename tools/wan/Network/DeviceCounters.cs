using System.Globalization;
using System.Text;

namespace Wan.Network;

/// <summary>
/// What the kernel counts for an interface. The file is opened inside the interface's namespace and stays with it, so it can be
/// read from any thread.
/// </summary>
internal sealed unsafe class DeviceCounters : IDisposable
{
    private const string File = "/proc/thread-self/net/dev";
    private const int MaxTextBytes = 16 * 1024;

    // After the colon: eight columns of reception, then transmitted bytes, packets, errors and drops.
    private const int TransmitDroppedColumn = 11;

    private readonly int _descriptor;
    private readonly string _name;

    private DeviceCounters(int descriptor, string name) => (_descriptor, _name) = (descriptor, name);

    /// <summary>Opens the counters in the calling thread's namespace.</summary>
    public static DeviceCounters Open(string name)
    {
        int descriptor = Libc.Open(File, Libc.OpenReadOnly | Libc.OpenCloseOnExec);
        return descriptor >= 0 ? new DeviceCounters(descriptor, name) : throw Errno.Failure($"cannot open {File}");
    }

    public long TransmitDropped()
    {
        byte[] text = new byte[MaxTextBytes];
        int length = 0;
        fixed (byte* into = text)
        {
            while (length < text.Length)
            {
                nint read = Libc.ReadAt(_descriptor, into + length, (nuint)(text.Length - length), length);
                if (read <= 0)
                {
                    break;
                }

                length += (int)read;
            }
        }

        return TransmitDropped(Encoding.ASCII.GetString(text, 0, length), _name);
    }

    /// <summary>Reads the column out of the kernel's table; 0 when the interface is not in it.</summary>
    public static long TransmitDropped(string table, string name)
    {
        foreach (string line in table.Split('\n'))
        {
            string[] halves = line.Split(':', 2);
            if (halves.Length == 2 && halves[0].Trim() == name)
            {
                string[] columns = halves[1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
                return columns.Length > TransmitDroppedColumn ? long.Parse(columns[TransmitDroppedColumn], CultureInfo.InvariantCulture) : 0;
            }
        }

        return 0;
    }

    public void Dispose() => _ = Libc.Close(_descriptor);
}
